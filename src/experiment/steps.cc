#include "experiment/steps.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "experiment/words.h"

namespace inquest::experiment {
namespace {

constexpr size_t kMostThings = 24;
constexpr size_t kMostRows = 1'000;  // nobody tells more steps than that

// Folded. English, German, French, Spanish, Italian, Dutch, Polish, Russian.
constexpr std::array<std::string_view, 43> kRemoved = {
    "removed",     "remove",        "without",      "disabled",       "off",         "dropped",        "deleted",
    "uninstalled", "unplugged",     "reverted",     "entfernt",       "ohne",        "deaktiviert",    "aus",
    "gelöscht",    "ausgebaut",     "abgeschaltet", "auskommentiert", "weggelassen", "zurückgenommen", "retiré",
    "retirée",     "supprimé",      "supprimée",    "sans",           "désactivé",   "désactivée",     "quitado",
    "eliminado",   "sin",           "desactivado",  "rimosso",        "senza",       "disattivato",    "verwijderd",
    "zonder",      "uitgeschakeld", "usunięty",     "usunięte",       "bez",         "удален",         "удалён",
    "отключен"};
constexpr std::array<std::string_view, 34> kAdded = {
    "added",     "add",           "re-added", "with",        "enabled", "on",        "inserted",
    "installed", "restored",      "plugged",  "hinzugefügt", "mit",     "aktiviert", "an",
    "eingebaut", "eingeschaltet", "ergänzt",  "gesetzt",     "ajouté",  "ajoutée",   "avec",
    "activé",    "activée",       "añadido",  "agregado",    "con",     "activado",  "aggiunto",
    "attivato",  "toegevoegd",    "met",      "dodany",      "dodane",  "добавлен"};
constexpr std::array<std::string_view, 14> kFillers = {"again",  "wieder", "erneut",   "back", "in",
                                                       "out",    "de",     "nouveau",  "re",   "nuevo",
                                                       "again,", "weer",   "ponownie", "снова"};

struct Step {
  std::string name;  // as it is written, without the verb
  std::string key;   // folded
  bool on = true;
  bool said = false;  // by a verb
};

bool among(auto& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

// The parts of "a + b", "a, b", "a and b".
std::vector<std::string> parts_of(std::string_view cell) {
  std::vector<std::string> out(1);
  for (const std::string_view word : split_blanks(cell)) {
    const std::string folded = fold(word);
    if (folded == "+" || folded == "&" || folded == "and" || folded == "und" || folded == "et" || folded == "y") {
      out.emplace_back();
      continue;
    }
    std::string& part = out.back();
    const bool ends = word.ends_with(',') || word.ends_with(';');
    part += (part.empty() ? "" : " ") + std::string(ends ? word.substr(0, word.size() - 1) : word);
    if (ends) out.emplace_back();
  }
  std::erase_if(out, [](const std::string& part) { return part.empty(); });
  return out;
}

std::optional<Step> step_of(std::string_view part) {
  Step step;
  const std::string bare = plain(part);
  for (const std::string_view word : split_blanks(bare)) {
    const std::string folded = fold(word);
    const bool removed = among(kRemoved, folded);
    if (removed || among(kAdded, folded)) {
      if (step.said && step.on == removed) return std::nullopt;  // put in and taken out at once
      step.said = true;
      step.on = !removed;
    } else if (!among(kFillers, folded)) {
      step.name += (step.name.empty() ? "" : " ") + std::string(word);
    }
  }
  step.key = fold(step.name);
  if (step.key.empty()) return std::nullopt;
  return step;
}

}  // namespace

std::optional<Table> unfold_steps(const Table& table, size_t column) {
  if (table.rows.size() > kMostRows || table.rows.size() < 2) return std::nullopt;
  std::vector<std::vector<Step>> rows;
  std::map<std::string, size_t> mentions;
  std::vector<const Step*> things;
  size_t verbs = 0;
  rows.reserve(table.rows.size());
  for (const TableRow& row : table.rows) {
    std::vector<Step>& steps = rows.emplace_back();
    bool said = false;
    for (const std::string& part : parts_of(row.cells[column])) {
      auto step = step_of(part);
      if (!step) return std::nullopt;
      said = said || step->said;
      steps.push_back(*std::move(step));
    }
    // Only the first row may say what there is without a verb.
    if (steps.empty() || (!said && rows.size() > 1)) return std::nullopt;
    verbs += said ? 1U : 0U;
  }
  bool twice = false;
  for (const auto& steps : rows) {
    for (const Step& step : steps) {
      const size_t count = ++mentions[step.key];
      twice = twice || count > 1;
      if (count == 1) things.push_back(&step);
    }
  }
  if (verbs == 0 || !twice || things.size() > kMostThings) return std::nullopt;

  Table out;
  out.title = table.title;
  out.form = table.form;
  out.notes = table.notes;
  out.notes.push_back("\"" + table.header[column] +
                      "\" tells steps: each row was taken as what was changed since the row before");
  for (size_t i = 0; i < table.header.size(); ++i) {
    if (i != column) {
      out.header.push_back(table.header[i]);
      continue;
    }
    for (const Step* thing : things) out.header.push_back(thing->name);
  }
  std::map<std::string, bool> state;
  for (const Step* thing : things) state[thing->key] = !thing->on;  // before it was first mentioned
  for (size_t r = 0; r < rows.size(); ++r) {
    for (const Step& step : rows[r]) state[step.key] = step.on;
    TableRow row;
    row.line = table.rows[r].line;
    for (size_t i = 0; i < table.header.size(); ++i) {
      if (i != column) {
        row.cells.push_back(table.rows[r].cells[i]);
        continue;
      }
      for (const Step* thing : things) row.cells.emplace_back(state[thing->key] ? "yes" : "no");
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace inquest::experiment
