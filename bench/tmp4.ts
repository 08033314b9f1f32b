import { Plan, type PlanNode } from '#kernels/plan.ts';
const n=4_000_000;
const K=(id:string,name:any,inp:any,params:any={}):PlanNode=>({id,inputs:inp,outputs:['value'],kernel:{name,params}});
const s={source:'s',column:1};
const dag=[K('a','sma',[s],{period:20}),K('b','ema',[{node:'a',output:0}],{period:10}),K('c','gt',[{node:'a',output:0},{node:'b',output:0}])];
const c=new Float64Array(1024).map((_,i)=>(10000+(i*7919)%1000)/100);
function go(nodes:PlanNode[]){ const p=new Plan([{id:'s',columns:2}],nodes,{chunkRowsMax:64}); const row=new Float64Array(2);
 const a=performance.now(); for(let i=0;i<n;i++){row[0]=i;row[1]=c[i&1023]!;p.appendRow('s',row);} const b=performance.now(); return ((b-a)*1e6/n).toFixed(1); }
console.log('none',go([]),go([]),go([])); console.log('dag',go(dag),go(dag),go(dag));
