#include "experiment/words.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"

namespace inquest::experiment {
namespace {

using Words = std::span<const std::string_view>;

// All lists are folded. English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Swedish, Danish,
// Finnish, Turkish, Russian, Ukrainian; Chinese, Japanese and Korean, which do not part words, stand in lists of their
// own.
constexpr std::array<std::string_view, 46> kYes = {
    "yes",       "y",   "true", "on",  "ja",      "j",       "oui",  "o",   "vrai", "si",   "sí", "sì",
    "verdadero", "sim", "vero", "tak", "ano",     "kyllä",   "evet", "да",  "так",  "wahr", "an", "ein",
    "x",         "+",   "✓",    "✔",   "✅",      "☑",       "有",   "是",  "はい", "あり", "예", "네",
    "+++",       "aan", "på",   "wł",  "enabled", "present", "with", "mit", "👍",   "🟢"};
constexpr std::array<std::string_view, 48> kNo = {
    "no",   "n",    "false", "off",   "nein",  "non", "faux",     "não",    "nao",     "falso", "nee",    "nie",
    "ne",   "nej",  "ei",    "hayır", "hayir", "нет", "ні",       "falsch", "aus",     "-",     "–",      "—",
    "−",    "✗",    "✘",     "❌",    "✖",     "☐",   "无",       "否",     "いいえ",  "なし",  "아니오", "아니요",
    "none", "kein", "keine", "uit",   "av",    "wył", "disabled", "absent", "without", "ohne",  "👎",     "🔴"};

constexpr std::array<std::string_view, 8> kGoodSigns = {"✅", "✔", "✓", "☑", "🟢", "👍", "🆗", "🎉"};
constexpr std::array<std::string_view, 16> kBadSigns = {"❌", "✖",  "✗",  "✘",  "❎", "🔴", "👎", "💥",
                                                        "🛑", "⛔", "🚫", "💀", "☠",  "🔥", "🧊", "❗"};

constexpr std::array<std::string_view, 90> kBadWords = {
    // English
    "panic",
    "panics",
    "panicked",
    "panicking",
    "crash",
    "crashes",
    "crashed",
    "fail",
    "fails",
    "failed",
    "failure",
    "failing",
    "broken",
    "bad",
    "hang",
    "hangs",
    "hung",
    "freeze",
    "freezes",
    "froze",
    "frozen",
    "oops",
    "lockup",
    "stall",
    "stalls",
    "stalled",
    "deadlock",
    "error",
    "errors",
    "died",
    "dies",
    "dead",
    "reset",
    "reboots",
    "timeout",
    "killed",
    "oom",
    "segfault",
    "bug",
    "reproduced",
    "ko",
    "nok",
    "corrupt",
    "corrupted",
    "corruption",
    "unreachable",
    "bootloop",
    "lost",
    "stuck",
    // German
    "absturz",
    "abgestürzt",
    "abgestuerzt",
    "fehler",
    "fehlgeschlagen",
    "kaputt",
    "hängt",
    "haengt",
    "eingefroren",
    "defekt",
    "schlecht",
    // French, Spanish, Portuguese, Italian
    "échec",
    "echec",
    "échoue",
    "plante",
    "planté",
    "plantage",
    "erreur",
    "gelé",
    "figé",
    "panique",
    "falla",
    "fallo",
    "falló",
    "pánico",
    "bloqueado",
    "falha",
    "falhou",
    "pânico",
    "travou",
    "errore",
    "fallito",
    "blocco",
    // Dutch, Polish, Czech, the Nordic languages, Turkish
    "mislukt",
    "błąd",
    "awaria",
    "selhalo",
    "krasch",
    "kraschade",
    "virhe",
    "hata",
};
constexpr std::array<std::string_view, 12> kBadWordsMore = {"паника",    "сбой", "ошибка", "завис",
                                                            "зависание", "упал", "падает", "падение",
                                                            "помилка",   "vast", "çöktü",  "kaatui"};
constexpr std::array<std::string_view, 78> kGoodWords = {
    "ok",      "okay",       "good",     "works",     "worked",   "working",    "work",         "pass",
    "passes",  "passed",     "fine",     "clean",     "stable",   "success",    "successful",   "succeeded",
    "boot",    "boots",      "booted",   "booting",   "survived", "survives",   "survive",      "alive",
    "healthy", "normal",     "runs",     "up",        "fixed",    "responsive", "funktioniert", "läuft",
    "laeuft",  "lief",       "gut",      "startet",   "bootet",   "stabil",     "erfolg",       "erfolgreich",
    "geht",    "fehlerfrei", "sauber",   "réussi",    "succès",   "reussi",     "fonctionne",   "marche",
    "démarre", "bon",        "funciona", "correcto",  "éxito",    "bien",       "arranca",      "sucesso",
    "estável", "funziona",   "successo", "avvia",     "werkt",    "goed",       "geslaagd",     "działa",
    "sukces",  "funguje",    "fungerar", "fungerer",  "toimii",   "çalışıyor",  "başarılı",     "работает",
    "успех",   "успешно",    "норма",    "нормально", "працює",   "стабильно"};
constexpr std::array<std::string_view, 31> kNegations = {
    "no",     "not",  "non",   "never",  "without", "doesn't", "didn't", "won't", "can't", "cannot", "isn't",
    "doesnt", "kein", "keine", "keinen", "nicht",   "nie",     "ohne",   "pas",   "sans",  "aucun",  "sin",
    "nunca",  "sem",  "não",   "nao",    "senza",   "geen",    "niet",   "не",    "без"};

// These stand behind the word, too: "startet nicht", "ne plante pas".
constexpr std::array<std::string_view, 6> kTrailing = {"nicht", "niet", "pas", "inte", "ikke", "never"};

// Substrings of languages that do not part words; the longer and the negated ones first.
struct Piece {
  std::string_view text;
  Outcome outcome;
};
constexpr std::array<Piece, 28> kPieces = {{
    {"不正常", Outcome::Fails},     {"不崩溃", Outcome::Clean},   {"没有崩溃", Outcome::Clean},
    {"无法", Outcome::Fails},       {"不能", Outcome::Fails},     {"起動しない", Outcome::Fails},
    {"起動せず", Outcome::Fails},   {"異常", Outcome::Fails},     {"异常", Outcome::Fails},
    {"崩溃", Outcome::Fails},       {"失败", Outcome::Fails},     {"失敗", Outcome::Fails},
    {"死机", Outcome::Fails},       {"卡死", Outcome::Fails},     {"パニック", Outcome::Fails},
    {"クラッシュ", Outcome::Fails}, {"フリーズ", Outcome::Fails}, {"실패", Outcome::Fails},
    {"패닉", Outcome::Fails},       {"멈춤", Outcome::Fails},     {"正常", Outcome::Clean},
    {"成功", Outcome::Clean},       {"通过", Outcome::Clean},     {"稳定", Outcome::Clean},
    {"問題なし", Outcome::Clean},   {"성공", Outcome::Clean},     {"정상", Outcome::Clean},
    {"良好", Outcome::Clean},
}};

constexpr std::array<std::string_view, 20> kUnknown = {
    "",         "?",          "??",      "n/a",     "na",        "tbd",   "todo",           "skip",      "skipped",
    "untested", "not tested", "not run", "unknown", "unbekannt", "offen", "nicht getestet", "non testé", "inconclusive",
    "…",        "..."};

constexpr std::array<std::string_view, 38> kOutcomeHeads = {
    "exit",    "rc",          "exit code",   "exit status", "returncode",  "outcome",     "result",     "results",
    "verdict", "status",      "ergebnis",    "resultat",    "résultat",    "resultado",   "risultato",  "resultaat",
    "wynik",   "výsledek",    "sonuç",       "результат",   "结果",        "結果",        "결과",       "ausgang",
    "effect",  "boot result", "test result", "observed",    "observation", "beobachtung", "resultater", "tulos",
    "stan",    "état",        "esito",       "исход",       "behaviour",   "behavior"};
constexpr std::array<std::string_view, 22> kRunHeads = {
    "runs",           "n",      "trials",   "attempts",   "repeats",     "tries",       "läufe",  "versuche",
    "wiederholungen", "essais", "intentos", "total",      "count",       "boots total", "tested", "anzahl",
    "прогоны",        "次数",   "回数",     "iterations", "repetitions", "durchläufe"};
constexpr std::array<std::string_view, 17> kIndexHeads = {"#",  "no.",  "nr",   "nr.",  "run",   "run #",
                                                          "id", "test", "lauf", "row",  "trial", "num",
                                                          "№",  "n°",   "step", "編號", "序号"};
constexpr std::array<std::string_view, 18> kTimeHeads = {"date", "time",      "datum", "uhrzeit", "zeit",  "zeitpunkt",
                                                         "when", "timestamp", "heure", "fecha",   "hora",  "data",
                                                         "дата", "время",     "日期",  "日時",    "start", "started"};
constexpr std::array<std::string_view, 19> kNoteHeads = {
    "note",        "notes",     "comment",   "comments",   "remark",   "remarks",     "bemerkung",
    "bemerkungen", "notiz",     "kommentar", "anmerkung",  "remarque", "commentaire", "nota",
    "notas",       "opmerking", "uwagi",     "примечание", "备注"};
constexpr std::array<std::string_view, 14> kNameParts = {"kernel", "version", "release", "firmware",      "bios",
                                                         "host",   "node",    "model",   "serial number", "port",
                                                         "driver", "treiber", "build",   "commit"};

bool among(Words words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

// A code point of UTF-8 and its bytes; U+FFFD and 1 for a byte that begins none.
struct Point {
  char32_t value;
  size_t size;
};
Point point_at(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const size_t size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (size == 0 || size > text.size()) return {0xfffd, 1};
  if (size == 1) return {first, 1};
  char32_t value = first & (0xffU >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {0xfffd, 1};
    value = (value << 6U) | (byte(i) & 0x3fU);
  }
  return {value, size};
}

void put(char32_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0U | (point >> 6U));
    out += static_cast<char>(0x80U | (point & 0x3fU));
  } else {
    out += static_cast<char>(0xe0U | (point >> 12U));
    out += static_cast<char>(0x80U | ((point >> 6U) & 0x3fU));
    out += static_cast<char>(0x80U | (point & 0x3fU));
  }
}

// Of the letters that have a capital in the scripts of the lists above.
char32_t lower_point(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f)) return c + 32;
  if (c >= 0x400 && c <= 0x40f) return c + 80;
  // Latin Extended-A comes in pairs, the capital first.
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177)) return c == 0x130 ? U'i' : c | 1U;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e)) return c + (c & 1U);
  return c;
}

bool is_letter(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' || c >= 0x80; }

// Words of folded text: runs of letters and digits.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_letter(static_cast<unsigned char>(text[i]))) continue;
    if (i > begin) out.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return out;
}

bool is_bad(std::string_view word) { return among(kBadWords, word) || among(kBadWordsMore, word); }

bool contains_any(std::string_view text, Words pieces) {
  return std::ranges::any_of(pieces, [&](std::string_view p) { return text.find(p) != std::string_view::npos; });
}

}  // namespace

std::string plain(std::string_view text) {
  text = trim(text);
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`' || (text[i] == '*' && text.size() > 1)) continue;
    out += text[i];
  }
  std::string_view view = trim(out);
  while (view.size() > 4 && view.starts_with("__") && view.ends_with("__"))
    view = trim(view.substr(2, view.size() - 4));
  return std::string(view);
}

std::string fold(std::string_view text) {
  const std::string bare = plain(text);
  std::string_view rest = bare;
  std::string out;
  while (!rest.empty()) {
    const Point point = point_at(rest);
    rest.remove_prefix(point.size);
    if (point.value == 0xfe0f || point.value == 0xfe0e) continue;  // how an emoji is drawn, not which it is
    const bool blank = point.value <= ' ' || point.value == 0xa0 || point.value == 0x3000;
    if (blank) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (point.value == 0x2019) {
      out += '\'';
    } else if (point.value < 0x10000) {
      put(lower_point(point.value), out);
    } else {
      out.append(bare, bare.size() - rest.size() - point.size, point.size);
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

Remarked split_remark(std::string_view text) {
  text = trim(text);
  const size_t open = text.find('(');
  if (open == std::string_view::npos || open == 0 || !text.ends_with(')')) return {text, {}};
  return {trim(text.substr(0, open)), trim(text.substr(open + 1, text.size() - open - 2))};
}

std::optional<bool> truth_of(std::string_view text) {
  const std::string word = fold(split_remark(text).value);
  if (among(kYes, word)) return true;
  if (among(kNo, word)) return false;
  return std::nullopt;
}

std::optional<Outcome> outcome_of(std::string_view text) {
  const std::string whole = fold(text);
  if (contains_any(whole, kBadSigns)) return Outcome::Fails;
  if (contains_any(whole, kGoodSigns)) return Outcome::Clean;
  const std::string_view value = split_remark(whole).value;
  if (value == "kp" || value == "bsod") return Outcome::Fails;
  for (const Piece& piece : kPieces) {
    if (value.find(piece.text) != std::string_view::npos) return piece.outcome;
  }
  // "boots, then panics" fails: one bad word outweighs any good ones. A negation reaches over the words up to the next
  // that says something ("does not even boot"), or back to the last one ("startet nicht"), but not over a comma.
  bool good = false;
  for (const std::string_view part : split(value, ',')) {
    bool negated = false;
    std::optional<bool> last;  // whether the last word that said something was bad
    const auto settle = [&] {
      if (last == true) return true;
      good = good || last.has_value();
      return false;
    };
    for (const std::string_view word : words_of(part)) {
      if (among(kTrailing, word) && last) {
        last = !*last;
      } else if (among(kNegations, word) || among(kTrailing, word)) {
        negated = true;
      } else if (const bool bad = is_bad(word); bad || among(kGoodWords, word)) {
        if (settle()) return Outcome::Fails;
        last = bad != negated;
        negated = false;
      }
    }
    if (settle()) return Outcome::Fails;
  }
  if (good) return Outcome::Clean;
  return std::nullopt;
}

bool is_unknown(std::string_view text) { return among(kUnknown, fold(text)); }

Heading heading_of(std::string_view text) {
  std::string head = fold(text);
  for (const std::string_view mark : {"¿", "¡"}) {
    if (head.starts_with(mark)) head.erase(0, mark.size());
  }
  while (!head.empty() && (head.back() == '?' || head.back() == ':' || head.back() == ' ')) head.pop_back();
  if (among(kRunHeads, head)) return Heading::Runs;
  if (among(kIndexHeads, head)) return Heading::Index;
  if (among(kTimeHeads, head)) return Heading::Time;
  if (among(kNoteHeads, head)) return Heading::Note;
  if (among(kOutcomeHeads, head)) return Heading::Outcome;
  if (head == "failures" || head == "panics" || head == "crashes" || head == "fails" || head == "abstürze" ||
      head == "fehler" || head == "échecs" || head == "hangs") {
    return Heading::Failures;
  }
  // "davon abgestürzt", "of which failed": how many of the runs that another column counts.
  for (const std::string_view of_them : {"of which ", "of them ", "davon ", "dont ", "de ellos "}) {
    if (!head.starts_with(of_them)) continue;
    const auto ended = outcome_of(std::string_view(head).substr(of_them.size()));
    if (ended) return *ended == Outcome::Fails ? Heading::Failures : Heading::Cleans;
  }
  if (head == "successes" || head == "passes" || head == "clean runs" || head == "erfolge") return Heading::Cleans;
  const auto words = words_of(head);
  if (std::ranges::any_of(words, [](std::string_view word) { return among(kOutcomeHeads, word); }))
    return Heading::Outcome;
  // "panic=10" or "panic_on_oops" is a setting, and so is "boot disk": only a heading that is all about how it ended
  // counts.
  const auto said =
      words.size() <= 3 && head.find_first_of("_=.-") == std::string::npos ? outcome_of(head) : std::nullopt;
  if (said == Outcome::Fails) return Heading::Failure;
  if (said == Outcome::Clean && words.size() == 1) return Heading::Success;
  if (contains_any(head, kNameParts)) return Heading::Name;
  return Heading::Other;
}

}  // namespace inquest::experiment
