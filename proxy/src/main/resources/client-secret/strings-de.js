/** Everything the page says, in German. */
const UNITS = [[86400, "Tag", "Tage"], [3600, "Stunde", "Stunden"], [60, "Minute", "Minuten"], [1, "Sekunde", "Sekunden"]];

function amount(seconds) {
  const [size, one, many] = UNITS.find(([each]) => seconds % each === 0 && seconds >= each) ?? UNITS[3];
  const count = seconds / size;
  return `${count} ${count === 1 ? one : many}`;
}

export const strings = {
  title: (provider) => `Client-Secret für ${provider} eingeben`,
  text: (provider) => `Kopieren Sie es aus den Einstellungen Ihrer Anwendung bei ${provider}. Es wird verschlüsselt gespeichert und niemandem wieder gezeigt.`,
  integration: "Integration",
  workspace: "Workspace",
  provider: "Dienst",
  origin: "Geht nur an",
  expires: "Link gilt bis",
  first: "Es ist das erste für diese Integration.",
  replaces: (since) => `Es ersetzt das vom ${since}, das sofort gelöscht wird.`,
  keeps: (since, seconds) => `Es ersetzt das vom ${since}, das daneben noch so lange gilt: ${amount(seconds)}.`,
  secret: "Client-Secret",
  ends: "Letzter Tag, an dem es gilt (freiwillig)",
  endsHint: "Wenn der Dienst ein Datum nennt, wird Ihr Team vorher erinnert.",
  store: "Client-Secret speichern",
  working: "Wird gespeichert …",
  required: "Bitte geben Sie das Client-Secret ein.",
  again: "Noch einmal versuchen",
  reload: "Seite neu laden",
  past: "Bitte wählen Sie einen Tag in der Zukunft, oder lassen Sie das Feld leer.",
  doneTitle: "Das Client-Secret ist gespeichert",
  doneText: (integration) => `Es wird ab jetzt für ${integration} verwendet. Sie können diese Seite schließen; ihr Link gilt nicht mehr.`,
  donePrefix: "Es beginnt mit",
  troubleTitle: "Das hat nicht geklappt",
  problems: {
    link_missing: "Diese Seite wurde ohne ihren Link geöffnet. Bitte öffnen Sie den Link, den Sie bekommen haben, oder lassen Sie sich einen neuen geben.",
    entry_link_invalid: "Dieser Link ist abgelaufen, wurde schon verwendet oder ist nicht vollständig. Nichts wurde gespeichert. Bitte lassen Sie sich einen neuen geben.",
    token_origin_changed: "Die Adresse des Dienstes hat sich geändert, seit es diesen Link gibt; deshalb wurde nichts gespeichert. Bitte lassen Sie sich einen neuen Link geben.",
    browser_mismatch: "Ihr Browser hat das Cookie dieser Seite nicht behalten. Bitte erlauben Sie Cookies für diese Adresse und laden Sie die Seite neu.",
    cross_site: "Diese Seite ist veraltet. Bitte laden Sie sie neu.",
    unprocessable: "Bitte wählen Sie einen Tag in der Zukunft, oder lassen Sie das Feld leer.",
    invalid_request: "Das sieht nicht wie ein Client-Secret aus. Bitte prüfen Sie, ob Sie es ganz kopiert haben.",
    rate_limited: "Aus Ihrem Netz kamen viele Versuche. Bitte warten Sie eine Minute und versuchen Sie es noch einmal.",
    key_unavailable: "Im Moment kann nichts gespeichert werden. Ihr Link bleibt gültig; bitte versuchen Sie es in einer Minute noch einmal.",
    store_unavailable: "Im Moment kann nichts gespeichert werden. Ihr Link bleibt gültig; bitte versuchen Sie es in einer Minute noch einmal.",
    offline: "Die Verbindung zum Server dieser Seite ist abgerissen. Bitte versuchen Sie es noch einmal.",
    other: "Auf unserer Seite ist etwas schiefgegangen. Bitte versuchen Sie es in einer Minute noch einmal.",
  },
};
