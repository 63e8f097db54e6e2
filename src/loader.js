function load(js,wasm){
const events=["pointerover","focusin","touchstart","keydown"];
const inIsland=n=>n instanceof Element&&n.closest("leptos-island");
const heard=e=>inIsland(e.target)&&start();
const start=async()=>{
events.forEach(e=>removeEventListener(e,heard,true));
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
};
events.forEach(e=>addEventListener(e,heard,{capture:true,passive:true}));
const reveal=(b,on)=>{
document.getElementById(b.dataset.reveals).type=on?"text":"password";
b.firstElementChild.textContent=on?"Hide":"Show";
};
addEventListener("click",e=>{
const b=e.target.closest?.("[data-reveals]");
b&&reveal(b,b.innerText.startsWith("Show"));
});
addEventListener("submit",e=>e.target.querySelectorAll("[data-reveals]").forEach(b=>reveal(b,false)),true);
(document.querySelector("[data-now]")||inIsland(document.activeElement))&&start();
}
