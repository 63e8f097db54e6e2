function load(js,wasm){
const events=["pointerover","focusin","touchstart","keydown"];
const islandOf=n=>n?.closest?.("leptos-island");
const isTouched=n=>islandOf(n)&&!n.autofocus;
const heard=e=>(e.type=="focusin"?isTouched:islandOf)(e.target)&&start();
const start=async()=>{
events.forEach(e=>removeEventListener(e,heard,true));
try{
const m=await import(js);
await m.default({module_or_path:wasm});
m.hydrate();
const found=[];
const walk=async n=>{
const tag=n.tagName;
if(tag=="LEPTOS-ISLAND"){found.at(-1)?.();await m[n.dataset.component]?.(n);n.dataset.hydrated=""}
if(tag=="LEPTOS-CHILDREN")found.push(n.$$on_hydrate);
for(const c of n.children)await walk(c);
if(tag=="LEPTOS-CHILDREN")found.pop();
};
await walk(document.body);
}catch(e){giveUp(e)}
};
const giveUp=e=>{
document.querySelectorAll("[data-hydrated]").forEach(i=>delete i.dataset.hydrated);
console.info("The browser sends this page's forms.",e);
};
addEventListener("error",e=>e.error instanceof WebAssembly.RuntimeError&&giveUp(e.error));
let sent=new WeakMap;
addEventListener("pageshow",()=>sent=new WeakMap);
addEventListener("submit",e=>{
const i=islandOf(e.target),b=e.submitter||e.target,again=e.timeStamp-sent.get(b)<5e3;
if(!again&&i&&"hydrated"in i.dataset)return;
e.stopPropagation();
if(again)e.preventDefault();
else sent.set(b,e.timeStamp);
},true);
events.forEach(e=>addEventListener(e,heard,{capture:true,passive:true}));
(document.querySelector("[data-now]")||isTouched(document.activeElement))&&start();
}
