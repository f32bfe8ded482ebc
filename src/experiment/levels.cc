#include "experiment/levels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "experiment/statistics.h"
#include "experiment/words.h"

namespace inquest::experiment {
namespace {

constexpr size_t kMostDistinct = 6;  // values of a number that are levels as they are; of more, spans are made
constexpr std::string_view kBlank = "(blank)";

struct Unit {
  std::string_view name;
  std::string_view kind;
  double factor;
};
constexpr double kKi = 1024;
constexpr std::array<Unit, 40> kUnits = {{
    {"", "", 1},
    {"%", "%", 1},
    {"b", "B", 1},
    {"k", "B", kKi},
    {"kb", "B", kKi},
    {"kib", "B", kKi},
    {"m", "B", kKi* kKi},
    {"mb", "B", kKi* kKi},
    {"mib", "B", kKi* kKi},
    {"g", "B", kKi* kKi* kKi},
    {"gb", "B", kKi* kKi* kKi},
    {"gib", "B", kKi* kKi* kKi},
    {"go", "B", kKi* kKi* kKi},
    {"t", "B", kKi* kKi* kKi* kKi},
    {"tb", "B", kKi* kKi* kKi* kKi},
    {"tib", "B", kKi* kKi* kKi* kKi},
    {"ns", "s", 1e-9},
    {"us", "s", 1e-6},
    {"µs", "s", 1e-6},
    {"ms", "s", 1e-3},
    {"s", "s", 1},
    {"sec", "s", 1},
    {"min", "s", 60},
    {"h", "s", 3600},
    {"d", "s", 86400},
    {"mhz", "Hz", 1e6},
    {"ghz", "Hz", 1e9},
    {"hz", "Hz", 1},
    {"w", "W", 1},
    {"kw", "W", 1000},
    {"v", "V", 1},
    {"mv", "V", 1e-3},
    {"°c", "°C", 1},
    {"c", "°C", 1},
    {"mt/s", "MT/s", 1},
    {"x", "x", 1},
    {"rpm", "rpm", 1},
    {"mo", "B", kKi* kKi},
    {"a", "A", 1},
    {"gbit/s", "bit/s", 1e9},
}};

bool all_rows(const Table& table, const std::vector<size_t>& rows, size_t column, auto&& holds) {
  return std::ranges::all_of(rows, [&](size_t row) { return holds(table.rows[row].cells[column]); });
}

// A number that is shown in a level's name, with as few digits as tell it from its neighbours.
std::string shortest(double value) { return fmt::format("{:.6g}", value); }

// "1, 2, 3, ..." down the rows.
bool counts_up(const Table& table, const std::vector<size_t>& rows, size_t column) {
  std::optional<int64_t> before;
  for (const size_t row : rows) {
    const auto number = parse_int<int64_t>(trim(table.rows[row].cells[column]));
    if (!number || (before && *number <= *before)) return false;
    before = number;
  }
  return rows.size() >= 3;
}

struct Numbered {
  double value;
  std::string_view cell;
  size_t at;  // index into the rows
  Count count;
};

// The cut that parts the failing from the clean runs best, by the likelihood of two rates instead of one.
struct Cut {
  size_t index = 0;  // of the first value above it
  double gain = 0;
  size_t tried = 0;
};
Cut best_cut(const std::vector<Numbered>& sorted, size_t begin, size_t end) {
  Count all;
  for (size_t i = begin; i < end; ++i) all.add(sorted[i].count);
  Cut best;
  Count below;
  for (size_t i = begin + 1; i < end; ++i) {
    below.add(sorted[i - 1].count);
    if (sorted[i].value == sorted[i - 1].value) continue;
    ++best.tried;
    const Count above = {all.failures - below.failures, all.runs - below.runs};
    const double gain = log_likelihood(below) + log_likelihood(above) - log_likelihood(all);
    if (gain <= best.gain + 1e-9) continue;
    best.gain = gain;
    best.index = i;
  }
  if (best.index == 0) best.index = begin + (end - begin) / 2;
  return best;
}

void cut_number(std::vector<Numbered> values, ColumnLevels& out) {
  std::ranges::stable_sort(values, {}, &Numbered::value);
  std::vector<size_t> cuts;
  const Cut first = best_cut(values, 0, values.size());
  cuts.push_back(first.index);
  size_t tried = first.tried;
  // A second cut has to pay for itself: what fails in the middle of a range is rare. ln of the cuts tried is what
  // choosing costs.
  Cut second;
  for (const auto& [begin, end] : {std::pair(size_t{0}, first.index), std::pair(first.index, values.size())}) {
    if (end - begin < 2) continue;
    const Cut cut = best_cut(values, begin, end);
    tried += cut.tried;
    if (cut.gain > second.gain) second = cut;
  }
  if (second.gain > 3 + std::log(static_cast<double>(tried))) cuts.push_back(second.index);
  std::ranges::sort(cuts);
  // Equal values stand on one side.
  for (size_t& cut : cuts) {
    while (cut > 0 && values[cut].value == values[cut - 1].value) --cut;
  }
  std::erase(cuts, size_t{0});
  if (cuts.empty()) return;
  std::vector<size_t> ends = cuts;
  ends.push_back(values.size());
  size_t begin = 0;
  std::string where;
  for (size_t level = 0; level < ends.size(); ++level) {
    const std::string_view low = values[begin].cell;
    const std::string_view high = values[ends[level] - 1].cell;
    out.factor.levels.push_back(level == 0                 ? fmt::format("<={}", high)
                                : level + 1 == ends.size() ? fmt::format(">={}", low)
                                                           : fmt::format("{}..{}", low, high));
    for (size_t i = begin; i < ends[level]; ++i) out.of_row[values[i].at] = static_cast<uint8_t>(level);
    begin = ends[level];
    if (level + 1 < ends.size())
      where += (where.empty() ? "" : " and ") + shortest((values[begin - 1].value + values[begin].value) / 2);
  }
  out.factor.ordered = true;
  out.factor.cuts_tried = std::max<size_t>(tried, 1);
  out.how = fmt::format("a number of many values, cut at {} where it parts the outcomes best", where);
}

}  // namespace

std::optional<Quantity> quantity_of(std::string_view cell) {
  std::string text = fold(cell);
  std::string_view rest = text;
  for (const std::string_view about : {"~", "≈", "ca. ", "ca ", "approx. ", "+"}) {
    if (rest.starts_with(about)) rest = trim(rest.substr(about.size()));
  }
  size_t size = 0;
  if (rest.starts_with('-')) ++size;
  while (size < rest.size() && ((rest[size] >= '0' && rest[size] <= '9') || rest[size] == '.' || rest[size] == ','))
    ++size;
  std::string digits(rest.substr(0, size));
  const auto commas = std::ranges::count(digits, ',');
  const auto dots = std::ranges::count(digits, '.');
  if (commas > 0 && dots > 0) {
    // Both: the last is the decimal one.
    const char thousands = digits.rfind(',') > digits.rfind('.') ? '.' : ',';
    std::erase(digits, thousands);
  } else if (commas > 1) {
    std::erase(digits, ',');
  } else if (dots > 1) {
    return std::nullopt;  // a version
  }
  std::ranges::replace(digits, ',', '.');
  const auto value = parse_double(digits);
  if (!value || digits.empty() || digits.back() == '.') return std::nullopt;
  const std::string_view unit = trim(rest.substr(size));
  const auto* known = std::ranges::find(kUnits, unit, &Unit::name);
  if (known == kUnits.end()) return std::nullopt;
  return Quantity{*value * known->factor, std::string(known->kind)};
}

ColumnLevels read_levels(const Table& table, size_t column, const std::vector<size_t>& rows,
                         const std::vector<std::optional<Count>>& counts) {
  ColumnLevels out;
  out.factor.name = table.header[column];
  out.of_row.assign(rows.size(), 0);
  const Heading heading = heading_of(table.header[column]);
  const auto blank = [](const std::string& cell) { return trim(cell).empty(); };
  if (all_rows(table, rows, column, blank)) {
    out.left_out = "it is empty";
    return out;
  }
  if (heading == Heading::Note || heading == Heading::Time) {
    out.left_out = heading == Heading::Note ? "it holds notes" : "it holds times";
    return out;
  }
  const auto dated = [](const std::string& cell) { return parse_iso_date_or_time(cell).has_value(); };
  if (all_rows(table, rows, column, dated)) {
    out.left_out = "it holds times";
    return out;
  }
  if (counts_up(table, rows, column) && (heading == Heading::Index || column == 0)) {
    out.left_out = "it numbers the rows";
    return out;
  }

  // A column of nothing but one kind of mark and blanks: a blank is a no.
  const auto yes_or_blank = [&](const std::string& cell) { return blank(cell) || truth_of(cell) == true; };
  const auto truth = [](const std::string& cell) { return truth_of(cell).has_value(); };
  const auto says_yes = [](const std::string& cell) { return truth_of(cell) == true; };
  const bool marks = all_rows(table, rows, column, yes_or_blank);
  // "x" and "y" are both a yes somewhere, but a column of nothing but yeses in several words holds names.
  const bool switches = (marks || all_rows(table, rows, column, truth)) && !all_rows(table, rows, column, says_yes);

  std::vector<Numbered> numbers;
  bool numeric = !switches && heading != Heading::Name;
  std::string unit;
  for (size_t i = 0; i < rows.size() && numeric; ++i) {
    const std::string& cell = table.rows[rows[i]].cells[column];
    auto quantity = quantity_of(cell);
    numeric = quantity && (numbers.empty() || quantity->unit == unit);
    if (!numeric) break;
    unit = quantity->unit;
    numbers.push_back({quantity->value, cell, i, *counts[rows[i]]});
  }
  if (numeric) {
    std::vector<std::pair<double, std::string_view>> distinct;
    for (const Numbered& number : numbers) distinct.emplace_back(number.value, number.cell);
    std::ranges::stable_sort(distinct, {}, &std::pair<double, std::string_view>::first);
    const auto twice = std::ranges::unique(distinct, {}, &std::pair<double, std::string_view>::first);
    distinct.erase(twice.begin(), twice.end());
    if (distinct.size() > kMostDistinct) {
      if (distinct.size() == rows.size() && heading == Heading::Index) {
        out.left_out = "it numbers the rows";
        return out;
      }
      cut_number(std::move(numbers), out);
      return out;
    }
    for (const auto& [value, cell] : distinct) out.factor.levels.push_back(plain(cell));
    for (const Numbered& number : numbers) {
      const auto found =
          std::ranges::lower_bound(distinct, number.value, {}, &std::pair<double, std::string_view>::first);
      out.of_row[number.at] = static_cast<uint8_t>(found - distinct.begin());
    }
    out.factor.ordered = distinct.size() > 2;
    out.how = fmt::format("a number with {}", counted(distinct.size(), "value"));
    return out;
  }

  std::unordered_map<std::string, uint8_t> known;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string& cell = table.rows[rows[i]].cells[column];
    std::string key;
    if (switches) {
      key = truth_of(cell).value_or(false) ? "yes" : "no";
    } else {
      // "20G" and "20 GiB" are one level where a remark beside another value makes the column one of words.
      const auto quantity = heading == Heading::Name ? std::nullopt : quantity_of(cell);
      key = quantity ? fmt::format("{} {}", quantity->value, quantity->unit) : fold(cell);
    }
    const auto [found, fresh] = known.try_emplace(key, static_cast<uint8_t>(out.factor.levels.size()));
    if (fresh) {
      if (out.factor.levels.size() == kMostLevels) {
        out.left_out = fmt::format("it has more than {} different values", kMostLevels);
        return out;
      }
      out.factor.levels.push_back(!blank(cell) ? plain(cell) : std::string(switches ? "no" : kBlank));
    }
    out.of_row[i] = found->second;
  }
  // Names of rows: "A", "B", "C" in a first column without a heading are nothing else; elsewhere a handful of values,
  // all different, may still be those of a factor.
  const bool nameless = column == 0 && table.header[0] == "column 1";
  out.identifies = !switches && out.factor.levels.size() == rows.size() &&
                   rows.size() >= (nameless || heading == Heading::Index ? 3U : 5U);
  out.how = switches ? "a switch" : counted(out.factor.levels.size(), "value");
  if (marks && out.factor.levels.size() == 2) out.how = "a mark; a blank was taken as no";
  if (!switches && std::ranges::find(out.factor.levels, kBlank) != out.factor.levels.end())
    out.note = fmt::format("\"{}\" is blank in some rows: that was taken as a value of its own", out.factor.name);
  return out;
}

}  // namespace inquest::experiment
