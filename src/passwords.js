const reveal=(b,on)=>{
const i=document.getElementById(b.dataset.reveals);
i.type=on?"text":"password";
b.firstElementChild.textContent=on?"Hide":"Show";
return i;
};
const all=()=>[...document.querySelectorAll("[data-reveals]")];
addEventListener("click",e=>{
const b=e.target.closest?.("[data-reveals]");
b&&reveal(b,b.innerText.startsWith("Show"));
});
addEventListener("submit",()=>all().forEach(b=>reveal(b,false)),true);
addEventListener("pagehide",()=>all().forEach(b=>reveal(b,false).value=""));
