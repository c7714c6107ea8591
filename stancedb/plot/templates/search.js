(() => {
  // Shows the rows whose name and latest position match the search; without a search, the first hundred.
  const chart = document.querySelector('.strips');
  const rows = [...chart.querySelectorAll('.row[data-group]')];
  const groups = [...chart.querySelectorAll('.group')];
  const find = document.getElementById('find');
  const now = document.getElementById('now');
  const found = document.getElementById('found');
  const rest = document.querySelector('.rest');
  const limit = Number(chart.dataset.limit);
  const names = rows.map((row) => row.firstElementChild.textContent.normalize('NFKD').toLowerCase());
  const show = () => {
    const words = find.value.normalize('NFKD').toLowerCase().trim();
    const isAsked = words !== '' || now.value !== '';
    const seen = new Set();
    let count = 0;
    rows.forEach((row, at) => {
      const fits = names[at].includes(words) && (now.value === '' || row.dataset.now === now.value);
      const isShown = fits && (isAsked || at < limit);
      row.hidden = !isShown;
      if (isShown) { seen.add(row.dataset.group); count += 1; }
    });
    groups.forEach((group) => { group.hidden = !seen.has(group.dataset.group); });
    found.textContent = `${count} of ${rows.length}`;
    if (rest) { rest.hidden = isAsked; }
  };
  document.documentElement.classList.add('scripted');
  chart.classList.add('all');
  find.addEventListener('input', show);
  now.addEventListener('change', show);
  find.form.addEventListener('submit', (event) => event.preventDefault());
  show();
})();
