#include "app/experiment_text.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "report/document.h"
#include "report/text.h"

namespace inquest::app {
namespace {

using experiment::Analysis;
using experiment::Condition;
using experiment::Count;
using experiment::Levels;
using report::Style;
using report::Text;

constexpr size_t kMostItems = 8;   // of a list
constexpr size_t kMostCells = 24;  // of the table of cells
constexpr size_t kMostNext = 3;
constexpr double kAlpha = 0.05;
constexpr double kSure = 0.95;
// Below this a run is not worth its time.
constexpr double kLeastBits = 0.02;

std::string percent(double share) {
  if (share > 0 && share < 0.01) return "under 1 %";
  if (share < 1 && share > 0.99) return "over 99 %";
  return fmt::format("{:.0f} %", share * 100);
}

std::string p_text(double p) {
  if (p < 0.0001) return "p < 0.0001";
  if (p >= 0.045 && p < 0.055) return fmt::format("p = {:.3f}", p);  // on which side of 0.05 matters
  return p < 0.01 ? fmt::format("p = {:.4f}", p) : fmt::format("p = {:.2f}", p);
}

std::string of_text(const Count& count) {
  return fmt::format("{} of {}", grouped(count.failures), grouped(count.runs));
}

std::string rows_text(const std::vector<size_t>& rows) {
  constexpr size_t kShown = 6;
  if (rows.size() == 1) return fmt::format("row {}", rows[0]);
  std::string text = "rows ";
  for (size_t i = 0; i < std::min(rows.size(), kShown); ++i) {
    const bool last = i + 1 == rows.size();
    text += fmt::format("{}{}", i == 0 ? "" : last ? " and " : ", ", rows[i]);
  }
  if (rows.size() > kShown) text += fmt::format(" and {} more", rows.size() - kShown);
  return text;
}

class Teller {
 public:
  explicit Teller(const Analysis& analysis) : analysis_(analysis), design_(analysis.design) {}

  report::Document tell() {
    answer();
    shown();
    not_shown();
    cells();
    missing();
    next();
    reading();
    return std::move(document_);
  }

 private:
  void heading(std::string_view text, int level = 2) {
    document_.emplace_back(report::Heading{level, printable(text)});
  }
  void paragraph(std::string_view text, Style style = Style::Plain) {
    document_.emplace_back(report::Paragraph{Text(text, style)});
  }
  void bullets(std::string_view title, std::vector<std::string> items) {
    if (items.empty()) return;
    heading(title);
    report::List list;
    const size_t shown = std::min(items.size(), kMostItems);
    for (size_t i = 0; i < shown; ++i) list.items.push_back({{}, {Text(items[i])}, {}});
    if (items.size() > shown)
      list.items.push_back({{}, {Text(fmt::format("and {} more (--format json has all)", items.size() - shown))}, {}});
    document_.emplace_back(std::move(list));
  }

  const std::string& name(size_t factor) const { return design_.factors[factor].name; }
  std::string text(const experiment::Literal& literal) const {
    return design_.factors[literal.factor].text(literal.levels);
  }
  std::string text(const Condition& condition) const {
    return fmt::format("{}", fmt::join(condition.texts(design_), " and "));
  }

  // ---- The answer

  void answer() {
    const Count all = design_.total();
    if (all.runs == 0) {
      heading("No run says how it ended", 1);
      return;
    }
    if (all.failures == 0) return all_clean(all);
    if (all.failures == all.runs) {
      heading(all.runs == 1 ? "One run, which failed: nothing to compare it with" : "Every run failed", 1);
      paragraph(
          "Without a clean run nothing can be said about what it takes. Find one setting that works, then change one "
          "thing at a time.");
      return;
    }
    if (design_.factors.empty()) {
      heading(fmt::format("{} runs failed, and nothing was varied", of_text(all)), 1);
      paragraph(rate_sentence(all));
      return;
    }
    if (analysis_.conditions.all.empty()) return no_condition(all);
    if (analysis_.noisy) return noisy_answer();
    exact_answer();
  }

  void all_clean(const Count& all) {
    heading(fmt::format("None of {} failed", counted(all.runs, "run")), 1);
    paragraph(fmt::format("That excludes, with 95 % confidence, a failure rate of {} or more, and nothing below it{}",
                          percent(experiment::excluded_rate(all.runs)),
                          design_.factors.empty() ? "." : "; of which factor matters it says nothing."));
  }

  void no_condition(const Count& all) {
    heading("None of the factors explains which runs failed", 1);
    std::string why = fmt::format("{} runs failed. ", of_text(all));
    if (!analysis_.contradictory.empty()) {
      why +=
          "Runs with the same settings ended differently: what decides is chance, or something that the table does "
          "not have.";
    } else {
      why += "Failing and clean runs are spread over the settings as chance would spread them.";
    }
    paragraph(why);
    paragraph(rate_sentence(all));
  }

  std::string rate_sentence(const Count& all) const {
    const auto rate = experiment::failure_rate(all);
    return fmt::format("The failure rate is {} (95 % interval {} to {}).", percent(rate.mean), percent(rate.low),
                       percent(rate.high));
  }

  void noisy_answer() {
    std::vector<std::string> parts;
    for (const Condition& condition : analysis_.conditions.all) parts.push_back(text(condition));
    heading(fmt::format("Mostly with {}", fmt::join(parts, ", or ")), 1);
    paragraph(fmt::format(
        "{} runs with it failed ({}), {} without ({}). No combination of the factors explains every run, so "
        "these are rates, not rules.",
        of_text(analysis_.inside), percent(analysis_.inside.rate()), of_text(analysis_.outside),
        percent(analysis_.outside.rate())));
    paragraph(
        fmt::format("Fisher's exact test: {}; it flatters a little, as the condition was chosen on the same runs.",
                    p_text(analysis_.condition_p)));
  }

  // Conditions that explain the same failing runs are alternatives: the runs cannot tell which is the cause.
  std::vector<std::vector<const Condition*>> alternatives() const {
    std::vector<std::vector<const Condition*>> out;
    for (const size_t i : analysis_.conditions.chosen) {
      std::vector<const Condition*> group = {&analysis_.conditions.all[i]};
      for (const Condition& other : analysis_.conditions.all) {
        if (&other != group[0] && other.covered == group[0]->covered) group.push_back(&other);
      }
      std::ranges::stable_sort(group, {}, [](const Condition* c) { return c->all.size(); });
      out.push_back(std::move(group));
    }
    return out;
  }

  void exact_answer() {
    const auto groups = alternatives();
    std::vector<std::string> parts;
    bool ambiguous = false;
    for (const auto& group : groups) {
      parts.push_back(text(*group[0]));
      ambiguous = ambiguous || group.size() > 1;
    }
    const bool short_enough = parts.size() <= 3;
    const std::string verb = design_.failure == "fails" ? "Fails" : design_.failure;
    if (short_enough) {
      heading(fmt::format("{} only with {}", verb, fmt::join(parts, ", or with ")), 1);
    } else {
      heading(fmt::format("{} in {} different settings, which share no simple cause", verb, parts.size()), 1);
    }
    std::string counts = fmt::format("{} runs with {} failed, {} without.", of_text(analysis_.inside),
                                     parts.size() > 1 ? "one of these" : "it", of_text(analysis_.outside));
    paragraph(counts + " " + how_sure());
    if (ambiguous) {
      report::List list;
      for (const auto& group : groups) {
        if (group.size() < 2) continue;
        std::vector<std::string> others;
        for (size_t i = 1; i < std::min(group.size(), kMostItems); ++i) others.push_back(text(*group[i]));
        list.items.push_back(
            {{},
             {Text(fmt::format("Instead of {} it may as well be {}{}: no run tells them apart.", text(*group[0]),
                               fmt::join(others, "; or "), group.size() > kMostItems ? "; or others" : ""))},
             {}});
      }
      document_.emplace_back(std::move(list));
    }
    if (analysis_.conditions.cut)
      paragraph("There are too many combinations to look at all: simpler explanations may exist.");
  }

  std::string how_sure() const {
    std::string text = fmt::format("Fisher's exact test: {}", p_text(analysis_.condition_p));
    if (analysis_.condition_p >= kAlpha) {
      text += ", so chance alone could do this";
      text += analysis_.inside.runs <= 2 ? "; the setting that fails was run " +
                                               std::string(analysis_.inside.runs == 1 ? "once" : "twice") + "."
                                         : ".";
    } else {
      text += "; it flatters a little, as the condition was chosen on the same runs.";
    }
    return text;
  }

  // ---- What the runs show

  void shown() {
    std::vector<std::string> items;
    for (const auto& reversal : analysis_.reversals) {
      std::string phases;
      for (const auto& phase : reversal.phases) {
        phases += fmt::format("{}{} {}", phases.empty() ? "" : ", ",
                              design_.factors[reversal.factor].text(Levels{1} << phase.level),
                              phase.fails ? "failed" : "was clean");
      }
      items.push_back(fmt::format(
          "A reversal (A-B-A), if the rows stand in the order of the runs: in rows {} to {} only {} "
          "went to and fro, and the outcome with it: {}. What drifts with time does not turn back, so "
          "this is strong evidence.",
          reversal.phases.front().first_row, reversal.phases.back().last_row, name(reversal.factor), phases));
    }
    for (const auto& pair : analysis_.decisive) {
      const size_t failing = std::min(pair.failing_row, pair.clean_row);
      const size_t clean = std::max(pair.failing_row, pair.clean_row);
      items.push_back(
          fmt::format("{} matters, it is no red herring: rows {} and {} differ in nothing else, and row {} failed.",
                      name(pair.factor), failing, clean, pair.failing_row));
    }
    const auto& conditions = analysis_.conditions;
    const bool said = conditions.chosen.size() == 1 && conditions.all[conditions.chosen[0]].all == analysis_.necessary;
    if (!analysis_.necessary.empty() && !said) {
      std::vector<std::string> parts;
      for (const auto& literal : analysis_.necessary) parts.push_back(text(literal));
      items.push_back(fmt::format("Every failing run had {}.", fmt::join(parts, " and ")));
    }
    for (const Condition& condition : analysis_.clean) {
      if (items.size() > kMostItems || condition.all.size() > 1) continue;
      items.push_back(
          fmt::format("With {} no run failed ({}).", text(condition), counted(condition.inside.runs, "run")));
    }
    for (const auto& herring : analysis_.red_herrings) items.push_back(herring_text(herring));
    bullets("What the runs show", std::move(items));
  }

  std::string herring_text(const experiment::RedHerring& herring) const {
    if (herring.by_rate) {
      return fmt::format(
          "{} is a red herring: where the condition holds, its values fail at rates that differ by less than 20 "
          "percentage points.",
          name(herring.factor));
    }
    return fmt::format(
        "{} is a red herring: varied alone in {}, it never made a difference (rows {} and {} failed with either "
        "value).",
        name(herring.factor), counted(herring.contexts, "setting"), herring.failing_row, herring.other_row);
  }

  // ---- What they do not show

  void not_shown() {
    std::vector<std::string> items;
    for (const auto& claim : analysis_.contradicted) {
      const std::string level = text(claim.literal);
      if (!claim.rows.empty()) {
        items.push_back(fmt::format("{} alone does not make it fail: {} {} it and {} clean.", level,
                                    rows_text(claim.rows), claim.rows.size() == 1 ? "has" : "have",
                                    claim.rows.size() == 1 ? "is" : "are"));
      }
      for (const size_t row : claim.same_rows) {
        if (items.size() > kMostItems) break;
        items.push_back(
            fmt::format("Any explanation by the value of {} as such (the larger, the slower) is contradicted by row "
                        "{}: it has the same value ({}) and all else that the failing runs had, and is clean. What "
                        "differs is how it came to be.",
                        name(claim.literal.factor), row, level_of_row(row, claim.literal.factor)));
      }
    }
    for (const auto& rows : analysis_.contradictory) {
      const auto& cell = analysis_.cells[rows.cell];
      items.push_back(
          fmt::format("Contradictory rows: {} have the same settings ({}), and {} failed. Something that the table "
                      "does not have decides, or chance.",
                      rows_text(rows.rows), design_.cell_text(cell.levels), of_text(cell.count)));
      if (items.size() > 2 * kMostItems) break;
    }
    for (const auto& group : analysis_.confounded) {
      std::vector<std::string> names;
      for (const size_t f : group) names.push_back(name(f));
      items.push_back(
          fmt::format("{} always changed together: no run can tell which of them matters.", fmt::join(names, " and ")));
    }
    if (!design_.constants.empty() && design_.total().failures > 0) {
      items.push_back(fmt::format("Never varied, so nothing is known about: {}.", fmt::join(design_.constants, ", ")));
    }
    if (const auto needed = analysis_.clean_runs_needed; needed && design_.total().failures > 0) {
      const Count& before = analysis_.inside.runs > 0 ? analysis_.inside : design_.total();
      items.push_back(clean_runs_text(before, *needed));
    }
    bullets("What they do not show", std::move(items));
  }

  std::string level_of_row(size_t row, size_t factor) const {
    const auto run = std::ranges::find(design_.runs, row, &experiment::Run::row);
    return run == design_.runs.end() ? std::string() : design_.factors[factor].levels[run->levels[factor]];
  }

  std::string clean_runs_text(const Count& before, uint64_t needed) const {
    std::string text = fmt::format(
        "That a change is the fix takes {} with it in the failing setting ({} failed there so far): then Fisher's test "
        "gives p "
        "under 0.05. Three clean runs would give {}: alone they exclude only a failure rate of {} or more.",
        counted(needed, "clean run"), of_text(before), p_text(experiment::fisher(before, {0, 3})),
        percent(experiment::excluded_rate(3)));
    if (before.runs < 4 && before.failures == before.runs && needed > 4)
      text += " It is cheaper to see it fail 4 times, and be clean 4 times after that (p = 0.03).";
    return text;
  }

  // ---- Cells

  void cells() {
    if (analysis_.cells.empty() || design_.factors.empty()) return;
    heading("Failure rates");
    report::Table table;
    table.columns = {
        {"setting", false, true}, {"failed", true, false}, {"rate", true, false}, {"95 % interval", true, false}};
    std::vector<const experiment::Cell*> order;
    for (const auto& cell : analysis_.cells) order.push_back(&cell);
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [](const auto* cell) { return std::pair(cell->count.rate(), cell->count.runs); });
    for (size_t i = 0; i < std::min(order.size(), kMostCells); ++i) {
      const auto rate = experiment::failure_rate(order[i]->count);
      report::Row row;
      row.cells = {Text(design_.cell_text(order[i]->levels)),
                   Text(of_text(order[i]->count), order[i]->count.failures > 0 ? Style::Bad : Style::Good),
                   Text(percent(rate.mean)), Text(fmt::format("{} to {}", percent(rate.low), percent(rate.high)))};
      table.rows.push_back(std::move(row));
    }
    document_.emplace_back(std::move(table));
    if (order.size() > kMostCells) paragraph(fmt::format("And {} more settings.", order.size() - kMostCells));
    std::vector<std::string> parts;
    for (const auto& test : analysis_.tests) {
      if (test.test.p < 1 && parts.size() < kMostItems)
        parts.push_back(fmt::format("{} {}", name(test.factor), p_text(test.test.p)));
    }
    if (parts.empty()) return;
    const bool approximate =
        std::ranges::any_of(analysis_.tests, [](const auto& t) { return t.test.name == "chi-squared"; });
    paragraph(fmt::format("Each factor by itself ({}): {}.{}",
                          approximate ? "chi-squared where there are too many runs for an exact test" : "exact tests",
                          fmt::join(parts, ", "),
                          parts.size() > 2 ? " With so many factors a p just under 0.05 is nothing." : ""));
  }

  // ---- What is missing, and what to do

  void missing() {
    if (analysis_.next.missing_count == 0 || design_.total().failures == 0) return;
    std::vector<std::string> items;
    if (analysis_.next.partial) {
      items.push_back(fmt::format(
          "{} settings were never run; too many to list.",
          analysis_.next.missing_count >= 1'000'000'000 ? "Billions of" : grouped(analysis_.next.missing_count)));
    } else {
      for (const auto& missing : analysis_.next.missing) items.push_back(design_.cell_text(missing.levels));
    }
    bullets("Never run", std::move(items));
  }

  void next() {
    const auto& next = analysis_.next;
    if (next.settings.empty() || design_.total().failures == 0) return;
    heading("Next runs");
    if (next.settings[0].bits < kLeastBits) {
      paragraph(fmt::format("No further run of these settings would tell much: stop here, or vary something new. {}",
                            leading()));
      return;
    }
    report::List list{report::List::Kind::Numbered, {}};
    for (size_t i = 0; i < std::min(next.settings.size(), kMostNext); ++i) {
      const auto& setting = next.settings[i];
      if (setting.bits < kLeastBits) break;
      list.items.push_back(
          {{},
           {Text(design_.cell_text(setting.levels), Style::Strong),
            Text(fmt::format("{}; would fail with {} as things stand; tells {:.2f} bits",
                             setting.runs == 0 ? "never run" : "run " + counted(setting.runs, "time") + " so far",
                             percent(setting.failing), setting.bits))},
           {}});
    }
    document_.emplace_back(std::move(list));
    paragraph(fmt::format("{} Stop when one explanation has reached {}, or when the best run tells less than {} bits.",
                          leading(), percent(kSure), kLeastBits));
  }

  std::string leading() const {
    const auto& next = analysis_.next;
    return fmt::format("The likeliest explanation now: {} ({}).", next.leading, percent(next.leading_probability));
  }

  void reading() {
    heading("How the table was read");
    report::List list;
    list.items.push_back(
        {{}, {Text(fmt::format("How a run ended: \"{}\", as {}.", design_.outcome, design_.outcome_why))}, {}});
    for (const auto& column : design_.columns) {
      if (column.use == "outcome" || column.use == "constant" || list.items.size() > kMostItems) continue;
      list.items.push_back({{}, {Text(fmt::format("{}: {}, {}", column.name, column.use, column.why))}, {}});
    }
    size_t notes = 0;
    for (const std::string& note : design_.notes) {
      if (++notes > kMostItems) break;
      list.items.push_back({{}, {Text(note)}, {}});
    }
    document_.emplace_back(std::move(list));
  }

  const Analysis& analysis_;
  const experiment::Design& design_;
  report::Document document_;
};

}  // namespace

std::string experiment_text(const Analysis& analysis, const ExperimentTextOptions& options) {
  return report::render_text(Teller(analysis).tell(), options.width, options.colour);
}

}  // namespace inquest::app
