/** Everything the page says, in French. */
const UNITS = [[86400, "jour", "jours"], [3600, "heure", "heures"], [60, "minute", "minutes"], [1, "seconde", "secondes"]];

function amount(seconds) {
  const [size, one, many] = UNITS.find(([each]) => seconds % each === 0 && seconds >= each) ?? UNITS[3];
  const count = seconds / size;
  return `${count} ${count < 2 ? one : many}`;
}

export const strings = {
  title: (provider) => `Saisir le secret client pour ${provider}`,
  text: (provider) => `Copiez-le depuis les réglages de votre application chez ${provider}. Il est conservé chiffré et ne sera plus montré à personne.`,
  integration: "Intégration",
  workspace: "Espace",
  provider: "Service",
  origin: "Envoyé seulement à",
  expires: "Lien valable jusqu’au",
  first: "C’est le premier pour cette intégration.",
  replaces: (since) => `Il remplace celui du ${since}, qui est effacé aussitôt.`,
  keeps: (since, seconds) => `Il remplace celui du ${since}, qui reste encore valable à côté pendant ${amount(seconds)}.`,
  secret: "Secret client",
  ends: "Dernier jour de validité (facultatif)",
  endsHint: "Si le service indique une date, votre équipe est prévenue avant.",
  store: "Enregistrer le secret client",
  working: "Enregistrement…",
  required: "Veuillez saisir le secret client.",
  again: "Réessayer",
  reload: "Recharger la page",
  past: "Choisissez un jour à venir, ou laissez le champ vide.",
  doneTitle: "Le secret client est enregistré",
  doneText: (integration) => `Il sert désormais pour ${integration}. Vous pouvez fermer cette page ; son lien n’est plus valable.`,
  donePrefix: "Il commence par",
  troubleTitle: "Cela n’a pas fonctionné",
  problems: {
    link_missing: "Cette page a été ouverte sans son lien. Ouvrez le lien que l’on vous a donné, ou demandez-en un nouveau.",
    entry_link_invalid: "Ce lien a expiré, a déjà servi ou n’est pas complet. Rien n’a été enregistré. Demandez-en un nouveau.",
    token_origin_changed: "L’adresse du service a changé depuis que ce lien existe ; rien n’a donc été enregistré. Demandez un nouveau lien.",
    browser_mismatch: "Votre navigateur n’a pas gardé le cookie de cette page. Autorisez les cookies pour cette adresse, puis rechargez la page.",
    cross_site: "Cette page n’est plus à jour. Rechargez-la.",
    unprocessable: "Choisissez un jour à venir, ou laissez le champ vide.",
    invalid_request: "Ceci ne ressemble pas à un secret client. Vérifiez que vous l’avez copié en entier.",
    rate_limited: "Il y a eu beaucoup de tentatives depuis votre réseau. Attendez une minute et réessayez.",
    key_unavailable: "Rien ne peut être enregistré pour le moment. Votre lien reste valable ; réessayez dans une minute.",
    store_unavailable: "Rien ne peut être enregistré pour le moment. Votre lien reste valable ; réessayez dans une minute.",
    offline: "La connexion au serveur de cette page a été perdue. Réessayez.",
    other: "Quelque chose s’est mal passé de notre côté. Réessayez dans une minute.",
  },
};
