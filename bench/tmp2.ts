import { Memory } from '#kernels/memory.ts'; import { Page } from '#kernels/page.ts'; import { instantiate } from '#kernels/wasm.ts';
const m=new Memory(); const ex=instantiate(m.wasm); const p=new Page(m,2,20,64); const st=m.allocate(1024); const seg=m.allocate(64); const n=5_000_000;
const feed=ex.plan_feed, run=ex.plan_run; m.f64[st/8]=1;
for(let r=0;r<3;r++){ let a=performance.now(); for(let i=0;i<n;i++) feed(p.address,st,8,seg,1,i); let b=performance.now(); console.log('feed',((b-a)*1e6/n).toFixed(2));
a=performance.now(); for(let i=0;i<n;i++) run(seg,1,i); b=performance.now(); console.log('run empty',((b-a)*1e6/n).toFixed(2));
a=performance.now(); for(let i=0;i<n;i++) {const f=m.f64; f[st/8]=i; f[st/8+1]=i; feed(p.address,st,8,seg,1,i);} b=performance.now(); console.log('feed+w',((b-a)*1e6/n).toFixed(2));}
