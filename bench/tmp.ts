import { Plan, type PlanNode } from '#kernels/plan.ts';
const n=2_000_000;
const K=(id:string,name:any,inp:any,params:any={}):PlanNode=>({id,inputs:inp,outputs:['value'],kernel:{name,params}});
const s={source:'s',column:1};
const sets:Record<string,PlanNode[]>={ none:[], sma:[K('a','sma',[s],{period:20})], ema:[K('a','ema',[s],{period:20})], gt:[K('a','gt',[s],{b:5})], latch:[K('a','latch',[s])], latch3:[K('a','latch',[s]),K('b','latch',[s]),K('c','latch',[s])],
 dag:[K('a','sma',[s],{period:20}),K('b','ema',[{node:'a',output:0}],{period:10}),K('c','gt',[{node:'a',output:0},{node:'b',output:0}])]};
const t=new Float64Array(n).map((_,i)=>i), c=new Float64Array(n).map((_,i)=>(10000+(i*7919)%1000)/100);
for(let rep=0;rep<2;rep++) for (const [k,nodes] of Object.entries(sets)) { const p=new Plan([{id:'s',columns:2}],nodes,{chunkRowsMax:64}); const row=new Float64Array(2);
 const a=performance.now(); for(let i=0;i<n;i++){row[0]=t[i]!;row[1]=c[i]!;p.appendRow('s',row);} const b=performance.now(); console.log(k,((b-a)*1e6/n).toFixed(1),'ns/row'); }
