import { Memory } from '#kernels/memory.ts'; import { Page } from '#kernels/page.ts'; import { instantiate, type KernelExports } from '#kernels/wasm.ts';
class P { readonly m=new Memory(); readonly ex:KernelExports; readonly feedFn:any; readonly page:Page; st:number; seg:number; rows=0; g:{page:Page,rows:number,fresh:number,tick:number,seg:number}; tick=0;
 constructor(){ this.ex=instantiate(this.m.wasm); this.feedFn=this.ex.plan_feed; this.page=new Page(this.m,2,20,64); this.st=this.m.allocate(1024); this.seg=this.m.allocate(64); this.g={page:this.page,rows:0,fresh:0,tick:0,seg:this.seg}; }
 a(v:Float64Array){ const f=this.m.f64; const s=this.st>>>3; for(let k=0;k<v.length;k++) f[s+k]=v[k]!; this.ex.plan_feed(this.page.address,this.st,8,this.seg,1,0); }
 b(v:Float64Array){ const f=this.m.f64; const s=this.st>>>3; for(let k=0;k<v.length;k++) f[s+k]=v[k]!; const g=this.g; this.tick++; this.ex.plan_feed(g.page.address,this.st,8,g.seg,1,g.rows); g.rows++; g.fresh=1; g.tick=this.tick; }
 c(v:Float64Array){ this.m.f64.set(v,this.st>>>3); const g=this.g; this.tick++; this.ex.plan_feed(g.page.address,this.st,8,g.seg,1,g.rows); g.rows++; g.fresh=1; g.tick=this.tick; }
 d(v:Float64Array){ const f=this.m.f64; const s=this.st>>>3; for(let k=0;k<v.length;k++) f[s+k]=v[k]!; const g=this.g; this.tick++; this.feedFn(g.page.address,this.st,8,g.seg,1,g.rows); g.rows++; g.fresh=1; g.tick=this.tick; }
}
const p=new P(); const n=5_000_000; const v=new Float64Array(2);
for(let r=0;r<3;r++) for (const k of ['a','b','c','d'] as const) { const fn=(p as any)[k]; const t0=performance.now(); if(k==='a') for(let i=0;i<n;i++){v[0]=i;v[1]=i;p.a(v);} else if(k==='b') for(let i=0;i<n;i++){v[0]=i;v[1]=i;p.b(v);} else if(k==='c') for(let i=0;i<n;i++){v[0]=i;v[1]=i;p.c(v);} else for(let i=0;i<n;i++){v[0]=i;v[1]=i;p.d(v);} console.log(k,((performance.now()-t0)*1e6/n).toFixed(2)); }
