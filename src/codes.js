addEventListener("input",e=>{
const i=e.target;
i.autocomplete=="one-time-code"&&/^(\D*\d){6}\D*$/.test(i.value)&&i.form.requestSubmit();
});
