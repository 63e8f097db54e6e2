document.querySelectorAll("[data-local]").forEach(t=>{
t.textContent=new Date(t.dateTime).toLocaleString(t.dataset.local,{dateStyle:"long",timeStyle:"short"});
});
