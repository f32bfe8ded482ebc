// Does a table of runs carry what the text concludes from it?
#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "experiment/analysis.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr std::string_view kControl = "https://en.wikipedia.org/wiki/Scientific_control";
constexpr std::string_view kQca = "https://en.wikipedia.org/wiki/Qualitative_comparative_analysis";
constexpr std::string_view kFisher = "https://en.wikipedia.org/wiki/Fisher%27s_exact_test";
constexpr size_t kMostTables = 20;
constexpr size_t kMostSteps = 200;  // of one list, and factors in it

const Regex& no_influence() {
  static const Regex regex(
      R"(\b(red herring|no (influence|effect|impact|role|difference)|irrelevant|unrelated|not (relevant|related|the (cause|trigger|reason))|does(n't| not) matter|makes no difference|falsche fährte|spielt keine rolle|kein\w* (einfluss|effekt|rolle|auswirkung\w*|unterschied)|nicht relevant|unerheblich|hat nichts .{0,20} zu tun|nicht die ursache)\b)");
  return regex;
}

// The words of a factor's name by which a sentence can be known to speak of it.
bool names(std::string_view text, std::string_view factor) {
  static const Regex word(R"([\w.-]*[a-zäöüß]{3,}[\wäöüß.-]*)");
  const std::string small = lower(text);
  for (const auto& g : word.find_all(factor, 8)) {
    std::string part = lower(g[0].text);
    if (part == "the" || part == "with" || part == "mit" || part == "bei") continue;
    if (small.contains(part)) return true;
    // "Disk-Größe" and "disk size": the first half of a compound that is long enough.
    const size_t cut = part.find_first_of("-_ ");
    if (cut != std::string::npos && cut >= 4 && small.contains(part.substr(0, cut))) {
      static const Regex size(R"((size|größe|groesse|enlarg|resiz|vergrößer))");
      if (!size.found_in(factor) || size.found_in(text)) return true;
    }
  }
  return false;
}

experiment::Table table_of(const Table& table) {
  experiment::Table out;
  out.form = "Markdown";
  out.header = table.header;
  for (const TableRow& row : table.rows) out.rows.push_back({row.cells, row.line});
  for (experiment::TableRow& row : out.rows) row.cells.resize(out.header.size());
  return out;
}

// A table is one of runs only where its outcome is something that fails.
bool of_runs(const experiment::Analysis& analysis) {
  static const Regex failing(
      R"((panic|crash|fail|hang|freez|hung|lock|oops|error|abst|fehl|häng|❌|✗|✘|bad|broken|nok|reset|reboot|yes|ja))");
  static const Regex outcome(
      R"((result|outcome|ergebnis|status|panic|crash|fail|boot|ok\b|hang|works|funktioniert|ausgang|verhalten))");
  const auto total = analysis.design.total();
  return analysis.design.runs.size() >= 3 && total.failures > 0 && total.failures < total.runs &&
         !analysis.design.factors.empty() &&
         (failing.found_in(analysis.design.failure) || outcome.found_in(analysis.design.outcome)) &&
         outcome.found_in(analysis.design.outcome);
}

size_t line_of_row(const experiment::Analysis& analysis, size_t row) {
  for (const experiment::Run& run : analysis.design.runs) {
    if (run.row == row) return run.line;
  }
  return 0;
}

// "Size is a red herring", where two rows differ in the size alone and ended differently.
void red_herrings(const Subject& subject, const experiment::Analysis& analysis, std::vector<Contradiction>& out) {
  const auto& statements = subject.text.statements;
  for (const experiment::DecisivePair& pair : analysis.decisive) {
    const std::string& factor = analysis.design.factors[pair.factor].name;
    for (size_t i = 0; i < statements.size(); ++i) {
      const Statement& statement = statements[i];
      if (statement.kind == Kind::Code || statement.withdrawn || statement.hedged) continue;
      if (!no_influence().found_in(statement.text)) continue;
      // Of a row it is the first cell that names what is dismissed.
      const std::string_view subject_part = statement.kind == Kind::Row
                                                ? std::string_view(statement.text).substr(0, statement.text.find(" | "))
                                                : std::string_view(statement.text);
      if (!names(subject_part, factor)) continue;
      object(
          subject, out, i, "red-herring-that-is-none",
          fmt::format("The report's own table says otherwise: two of its rows differ in \"{}\" alone, one failed and "
                      "one did not. By these runs it is a part of the condition: {}.",
                      printable(factor),
                      [&] {
                        std::string text;
                        for (const size_t chosen : analysis.conditions.chosen) {
                          if (!text.empty()) text += "; or ";
                          std::string all;
                          for (const std::string& literal : analysis.conditions.all[chosen].texts(analysis.design))
                            all += (all.empty() ? "" : " and ") + literal;
                          text += all;
                        }
                        return printable(text);
                      }()),
          {kQca}, {line_of_row(analysis, pair.failing_row), line_of_row(analysis, pair.clean_row)});
      break;
    }
  }
}

// "The larger it is, the slower ...": a row with the same value that did not fail.
void mechanisms(const Subject& subject, const experiment::Analysis& analysis, std::vector<Contradiction>& out) {
  static const Regex mechanism(
      R"(\b(race|timing|slow\w*|fast\w*|longer|faster|enumerat\w*|langsam\w*|schnell\w*|dauert länger|reihenfolge)\b)");
  const auto& statements = subject.text.statements;
  for (const experiment::ContradictedClaim& claim : analysis.contradicted) {
    if (claim.same_rows.empty()) continue;
    const std::string& factor = analysis.design.factors[claim.literal.factor].name;
    for (size_t i = 0; i < statements.size(); ++i) {
      const Statement& statement = statements[i];
      if (statement.kind == Kind::Code || statement.kind == Kind::Row || statement.kind == Kind::Heading ||
          statement.withdrawn)
        continue;
      if (!mechanism.found_in(statement.text) || !names(statement.text, factor)) continue;
      std::vector<size_t> lines;
      for (const size_t row : claim.same_rows) lines.push_back(line_of_row(analysis, row));
      object(
          subject, out, i, "mechanism-contradicted-by-a-run",
          fmt::format("A run with the same value of \"{}\" and all else equal did not fail: line {}. So the value as "
                      "such (larger, slower) is not what makes it fail, but what was done to get it, or when.",
                      printable(factor), lines.front()),
          {kControl}, lines);
      return;
    }
  }
}

// One run for each condition, and a cause that is called confirmed.
void repeats(const Subject& subject, const Table& table, const experiment::Analysis& analysis,
             std::vector<Contradiction>& out) {
  static const Regex sure(
      R"(\b(confirmed|proven|proves|reproducib\w*|reproduced|always|root cause|bestätigt|bewiesen|beweist|reproduzier\w*|immer|ursache:|cause:)\b)");
  static const Regex repeated(
      R"(\b(\d{1,4}|two|three|four|five|ten|drei|vier|fünf|zehn) ?(runs|times|x|×|repeats|repetitions|boots|attempts|mal|läufe\w*|durchläufe\w*|wiederholungen|versuche\w*|starts) (each|per|je|pro)|\b(each|every|jede\w*|je|pro) .{0,24}\b(\d+|two|three|four|five|ten|drei|fünf|zehn) ?(times|x|×|mal|runs|läufe|boots|starts)|\bn ?= ?\d|repeated|wiederholt|repeats?\b)");
  static const Regex aware(
      R"(\b(one run (each|per)|single run|only once|nur einmal|ein lauf|not repeated|nicht wiederholt|too few|zu wenige?)\b)");
  for (const experiment::Cell& cell : analysis.cells) {
    if (cell.count.runs > 1) return;
  }
  if (analysis.condition_p < 0.05) return;
  bool claimed = false;
  for (const Statement& statement : subject.text.statements) {
    if (statement.kind == Kind::Code) continue;
    if (repeated.found_in(statement.text) || aware.found_in(statement.text)) return;
    claimed = claimed || (!statement.hedged && !statement.withdrawn && sure.found_in(statement.text));
  }
  if (!claimed || table.rows.empty()) return;
  object(subject, out, table.rows[0].statement, "one-run-for-each-condition",
         fmt::format("Each condition of this table was run once, and a cause is called confirmed. With one run each, "
                     "what is chance and what is the condition can't be told apart (p = {:.2f}); a run that passed "
                     "\"by luck\" says that outcomes vary. Repeat each cell.",
                     analysis.condition_p),
         {kFisher}, {table.line});
}

// A list of steps: what was there, and how it ended.
struct Step {
  size_t statement = 0;
  std::set<std::string> present;
  bool fails = false;
  bool known = false;
};

std::vector<Step> steps_of(const Subject& subject, size_t first, size_t& end) {
  static const Regex added(
      R"(\b(added|with|enabled|add|set|again|hinzugefügt|mit|aktiviert|gesetzt|eingebaut|wieder)\b)");
  static const Regex removed(
      R"(\b(removed|without|disabled|dropped|remove|commented out|entfernt|ohne|deaktiviert|auskommentiert|ausgebaut)\b)");
  static const Regex failed(
      R"((panic|crash|fail|hang|freez|absturz|❌|reproduc|reproduz|hängt|broken|kein\w* erfolg))");
  static const Regex works(
      R"((works|boots|fine|stable|funktioniert|läuft|startet|\bok\b|✅|no (panic|crash)|kein\w* (panic|absturz)))");
  const auto& statements = subject.text.statements;
  std::vector<Step> steps;
  std::set<std::string> present;
  const size_t section = statements[first].section;
  size_t i = first;
  for (; i < statements.size() && statements[i].kind == Kind::Item && statements[i].section == section; ++i) {
    if (steps.size() >= kMostSteps || present.size() >= kMostSteps) continue;
    const std::string& text = statements[i].text;
    size_t arrow = text.find("→");
    if (arrow == std::string::npos) arrow = text.find("->");
    if (arrow == std::string::npos) arrow = text.find("=>");
    if (arrow == std::string::npos || statements[i].code_spans.empty()) continue;
    const std::string_view action = std::string_view(text).substr(0, arrow);
    const std::string_view result = std::string_view(text).substr(arrow);
    const bool adds = added.found_in(action);
    const bool removes = removed.found_in(action);
    if (adds == removes) continue;
    for (const std::string& span : statements[i].code_spans) {
      if (!action.contains(span)) continue;
      if (adds) {
        present.insert(span);
      } else {
        present.erase(span);
      }
    }
    Step step{i, present, failed.found_in(result), false};
    static const Regex none(R"(\b(no|kein\w*|without|ohne) (panic|crash|absturz|fail))");
    if (none.found_in(result)) step.fails = false;
    step.known = step.fails || works.found_in(result);
    if (step.known) steps.push_back(std::move(step));
  }
  end = i;
  return steps;
}

// A factor whose effect was only looked at while another one was there.
void controlled(const Subject& subject, std::vector<Contradiction>& out) {
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size();) {
    if (statements[i].kind != Kind::Item) {
      ++i;
      continue;
    }
    size_t end = i + 1;
    const auto steps = steps_of(subject, i, end);
    i = std::max(end, i + 1);
    std::set<std::string> factors;
    for (const Step& step : steps) factors.insert(step.present.begin(), step.present.end());
    for (const std::string& factor : factors) {
      // The comparisons in which this factor alone changed.
      std::optional<std::set<std::string>> always;
      size_t where = 0;
      for (size_t s = 0; s + 1 < steps.size(); ++s) {
        for (size_t t = s + 1; t < std::min(steps.size(), s + 20); ++t) {
          auto a = steps[s].present;
          auto b = steps[t].present;
          if (a.contains(factor) == b.contains(factor)) continue;
          a.erase(factor);
          b.erase(factor);
          if (a != b) continue;
          where = steps[t].statement;
          if (!always) {
            always = a;
          } else {
            std::erase_if(*always, [&](const std::string& other) { return !a.contains(other); });
          }
        }
      }
      if (!always || always->empty()) continue;
      for (size_t at = 0; at < statements.size(); ++at) {
        const Statement& statement = statements[at];
        if (statement.kind == Kind::Code || statement.withdrawn || statement.hedged || !statement.text.contains(factor))
          continue;
        if (!no_influence().found_in(statement.text)) continue;
        object(
            subject, out, at, "excluded-under-one-condition",
            fmt::format("\"{}\" was taken out and put in only while \"{}\" was there: that it had no effect then says "
                        "nothing about its effect without it. The run that is missing is the one with \"{}\" changed "
                        "and \"{}\" absent.",
                        printable(factor), printable(*always->begin()), printable(factor), printable(*always->begin())),
            {kControl}, {statements[where].line});
        break;
      }
    }
  }
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  size_t looked = 0;
  for (const Table& table : subject.text.tables) {
    if (table.rows.size() < 3 || table.rows.size() > 2000 || table.header.size() < 2 || ++looked > kMostTables)
      continue;
    const auto analysis = experiment::analyse(table_of(table));
    if (!analysis || !of_runs(*analysis)) continue;
    red_herrings(subject, *analysis, out);
    mechanisms(subject, *analysis, out);
    repeats(subject, table, *analysis, out);
  }
  controlled(subject, out);
}

}  // namespace

extern const Check experiments_check;
const Check experiments_check{"does a table of runs carry what is concluded from it?", run};

}  // namespace inquest::review
