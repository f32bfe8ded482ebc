#include "experiment/result_column.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace inquest::experiment {
namespace {

constexpr uint64_t kMostRuns = 1'000'000;  // that one row may stand for
constexpr size_t kScannedCells = 1'000;    // by which a column is recognised
constexpr std::array<std::string_view, 9> kOf = {"/", "of", "von", "out of", "sur", "de", "из", "van", "av"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<uint64_t> leading_number(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  const auto value = parse_int<uint64_t>(text.substr(0, size));
  if (!value || *value > kMostRuns) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

// "3/5 panics", "panics: 3 of 5"
std::optional<Count> ratio_in(std::string_view text, Heading heading) {
  const size_t first = std::min(text.find_first_of("0123456789"), text.size());
  const std::string_view before = trim(text.substr(0, first));
  text.remove_prefix(first);
  const auto part = leading_number(text);
  if (!part) return std::nullopt;
  text = trim(text);
  const auto* of = std::ranges::find_if(kOf, [&](std::string_view word) { return text.starts_with(word); });
  if (of == kOf.end()) return std::nullopt;
  text = trim(text.substr(of->size()));
  const auto whole = leading_number(text);
  if (!whole || *whole == 0 || *part > *whole) return std::nullopt;
  text = trim(text);
  auto said = outcome_of(text);
  if (!said) said = outcome_of(before);
  if (!said && !text.empty() && (is_digit(text[0]) || text[0] == '/')) return std::nullopt;  // a date
  const bool clean = said ? *said == Outcome::Clean : heading == Heading::Success || heading == Heading::Cleans;
  return Count{clean ? *whole - *part : *part, *whole};
}

// "3x panic, 2x ok", "3 panics / 2 ok"
std::optional<Count> sum_in(std::string_view text) {
  Count count;
  size_t parts = 0;
  while (!text.empty()) {
    text = trim(text);
    while (!text.empty() && (text[0] == ',' || text[0] == '/' || text[0] == '+' || text[0] == ';'))
      text = trim(text.substr(1));
    if (text.empty()) break;
    const auto number = leading_number(text);
    if (!number) return std::nullopt;
    const size_t end = std::min(text.find_first_of(",/+;0123456789"), text.size());
    std::string_view word = trim(text.substr(0, end));
    for (const std::string_view times : {"x ", "×", "* "}) {
      if (word.starts_with(times)) word = trim(word.substr(times.size()));
    }
    const auto said = outcome_of(word);
    if (!said) return std::nullopt;
    count.add({*said == Outcome::Fails ? *number : 0, *number});
    text.remove_prefix(end);
    ++parts;
  }
  if (parts == 0 || count.runs == 0) return std::nullopt;
  return count;
}

// "✅✅❌"; one sign alone is a word like any other.
std::optional<Count> signs_in(std::string_view text) {
  Count count;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::string_view sign = text.substr(0, lead >= 0xf0 ? 4 : 3);
    const auto said = lead >= 0xe2 ? outcome_of(sign) : std::nullopt;
    if (!said) return std::nullopt;
    count.add({*said == Outcome::Fails ? 1U : 0U, 1});
    text = trim(text.substr(sign.size()));
  }
  if (count.runs < 2) return std::nullopt;
  return count;
}

// "hangs" counts them, unless its cells say yes and no.
Heading column_heading(const Table& table, size_t column) {
  const Heading heading = heading_of(table.header[column]);
  if (heading != Heading::Failures && heading != Heading::Cleans) return heading;
  for (size_t i = 0; i < std::min(table.rows.size(), kScannedCells); ++i) {
    const std::string& cell = table.rows[i].cells[column];
    if (!parse_int<uint64_t>(trim(cell)) && (truth_of(cell) || outcome_of(cell)))
      return heading == Heading::Failures ? Heading::Failure : Heading::Success;
  }
  return heading;
}

std::optional<Count> single(Outcome outcome) { return Count{outcome == Outcome::Fails ? 1U : 0U, 1}; }

bool among(const std::vector<std::string>& names, const std::string& folded) {
  return std::ranges::any_of(names, [&](const std::string& name) { return fold(name) == folded; });
}

// What the cells of one column look like.
struct Look {
  size_t filled = 0;
  size_t outcomes = 0;  // cells that say how it ended
  size_t truths = 0;
  size_t counts = 0;
  size_t whole_numbers = 0;
  std::set<std::string> values;  // few of them
};

Look look_at(const Table& table, size_t column, Heading heading) {
  Look look;
  for (size_t i = 0; i < std::min(table.rows.size(), kScannedCells); ++i) {
    const std::string& cell = table.rows[i].cells[column];
    if (is_unknown(cell)) continue;
    ++look.filled;
    if (outcome_of(cell)) ++look.outcomes;
    if (truth_of(cell)) ++look.truths;
    if (count_in(cell, heading)) ++look.counts;
    if (parse_int<uint64_t>(trim(cell))) ++look.whole_numbers;
    if (look.values.size() < 8) look.values.insert(fold(split_remark(cell).value));
  }
  return look;
}

struct Guess {
  int score = 0;
  std::string why;
};

// How likely the column is the result. The heading counts most, then what the cells say, then that results stand last.
Guess judge(const Table& table, size_t column) {
  const Heading heading = column_heading(table, column);
  if (heading == Heading::Index || heading == Heading::Time || heading == Heading::Note) return {};
  const Look look = look_at(table, column, heading);
  if (look.filled == 0) return {};
  const auto share = [&](size_t count) { return count * 10 >= look.filled * 8; };
  const bool ends = share(look.outcomes);
  const bool counts = share(look.counts);
  if (heading == Heading::Runs && !counts) return {};  // "Runs: 5" says how many, "Runs: 3/5" how they ended
  const bool says = share(look.truths) || look.values.size() == 2;
  // A switch that is ✅ or ❌ looks like an outcome; words are surer.
  const bool by_sign_only = ends && share(look.truths);
  Guess guess;
  const int last = column + 1 == table.header.size() ? 5 : 0;
  if (heading == Heading::Outcome && (ends || counts)) {
    guess = {100, "its heading and its cells say how the runs ended"};
  } else if ((heading == Heading::Failure || heading == Heading::Success) && (ends || says || counts)) {
    guess = {90, heading == Heading::Failure ? "its heading names a failure" : "its heading names a success"};
  } else if ((heading == Heading::Failures || heading == Heading::Cleans) && (share(look.whole_numbers) || counts)) {
    guess = {85, "it counts how many runs failed"};
    if (heading == Heading::Cleans) guess.why = "it counts how many runs were clean";
  } else if (heading == Heading::Outcome && look.values.size() <= 8) {
    guess = {70, "its heading is that of a result"};
  } else if (counts) {
    guess = {65, "its cells count runs"};
  } else if (ends) {
    guess = {by_sign_only ? 40 : 60, "its cells say how the runs ended"};
  } else if (last != 0 && look.values.size() == 2) {
    guess = {10, "it is the last column, and has two values"};
  }
  if (guess.score > 0) guess.score += last;
  return guess;
}

std::optional<size_t> find_column(const Table& table, std::string_view name) {
  const std::string folded = fold(name);
  for (size_t i = 0; i < table.header.size(); ++i) {
    if (fold(table.header[i]) == folded) return i;
  }
  return std::nullopt;
}

std::optional<size_t> column_with(const Table& table, Heading heading, size_t but) {
  for (size_t i = 0; i < table.header.size(); ++i) {
    if (i != but && heading_of(table.header[i]) == heading) return i;
  }
  return std::nullopt;
}

// "Kernel Panic" of "❌ Kernel Panic (again)".
std::string failure_word(std::string_view cell) {
  std::string out;
  for (const char c : plain(split_remark(cell).value)) out += c;
  std::string_view word = out;
  while (!word.empty() && static_cast<unsigned char>(word[0]) >= 0xe2 && outcome_of(word.substr(0, 3))) {
    word.remove_prefix(3);  // a sign of three bytes, and how it is drawn
    if (word.starts_with("\xef\xb8\x8f")) word.remove_prefix(3);
    word = trim(word);
  }
  const bool has_letters = std::ranges::any_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0xc3;
  });
  return has_letters && !truth_of(word) && !count_in(word, Heading::Other) && columns(word) <= 40 ? std::string(word)
                                                                                                  : std::string();
}

class Reader {
 public:
  Reader(const Table& table, const Choice& choice, size_t column) : table_(table), choice_(choice) {
    result_.column = column;
    heading_ = column_heading(table, column);
  }

  Result<ResultColumn> read() {
    decide_truth();
    const bool counting = heading_ == Heading::Failures || heading_ == Heading::Cleans ||
                          heading_ == Heading::Failure || heading_ == Heading::Success;
    const auto runs_column = column_with(table_, Heading::Runs, result_.column);
    std::optional<size_t> others;
    if (heading_ == Heading::Failures) others = column_with(table_, Heading::Cleans, result_.column);
    if (heading_ == Heading::Cleans) others = column_with(table_, Heading::Failures, result_.column);
    bool used_runs = false;
    bool used_others = false;
    for (const TableRow& row : table_.rows) {
      const std::string& cell = row.cells[result_.column];
      auto count = count_in(cell, heading_);
      const auto number = parse_int<uint64_t>(trim(cell));
      if (!count && counting && number && *number <= kMostRuns && (runs_column || others)) {
        const auto other = parse_int<uint64_t>(trim(row.cells[runs_column ? *runs_column : *others]));
        if (other && *other <= kMostRuns) {
          const uint64_t runs = runs_column ? *other : *other + *number;
          const bool good = heading_ == Heading::Cleans || heading_ == Heading::Success;
          if (runs > 0 && *number <= runs) count = Count{good ? runs - *number : *number, runs};
          (runs_column ? used_runs : used_others) = true;
        }
      } else if (!count) {
        count = one(cell);
        // A row that stands for several runs, all of which ended so.
        if (const auto times = count && runs_column ? parse_int<uint64_t>(trim(row.cells[*runs_column])) : std::nullopt;
            times && *times > 0 && *times <= kMostRuns) {
          count = Count{count->failures * *times, *times};
          used_runs = true;
        }
      }
      if (count && count->failures > 0 && result_.failure.empty()) result_.failure = failure_word(cell);
      result_.counts.push_back(count);
    }
    if (used_runs) result_.used.push_back(*runs_column);
    if (used_others) result_.used.push_back(*others);
    if (result_.failure.empty() && heading_ == Heading::Failure) {
      const std::string& name = table_.header[result_.column];
      result_.failure = trim(name.substr(0, name.find_first_of("?/(")));
    }
    if (std::ranges::none_of(result_.counts, [](const auto& count) { return count.has_value(); })) {
      return fail(ErrorCode::Malformed,
                  fmt::format("the cells of \"{}\" do not say how the runs ended; name the values that are failures "
                              "with --failing",
                              table_.header[result_.column]));
    }
    return std::move(result_);
  }

 private:
  // Which of yes and no, or of two values that no list knows, is the failure.
  void decide_truth() {
    if (!choice_.failing.empty() || (heading_ != Heading::Outcome && heading_ != Heading::Other)) return;
    const Look look = look_at(table_, result_.column, heading_);
    if (look.outcomes == look.filled) return;
    if (look.truths + look.outcomes >= look.filled || look.values.empty()) {
      if (look.outcomes == 0)
        result_.doubts.push_back(
            fmt::format("\"{}\" says yes and no: yes was taken as the failure (--failing says otherwise)",
                        table_.header[result_.column]));
      return;
    }
    // As programs end, and as switches are written: 0 is good.
    const auto is_status = [](const std::string& value) { return parse_int<uint8_t>(value).has_value(); };
    if (look.values.contains("0") && std::ranges::all_of(look.values, is_status)) {
      clean_ = {"0"};
      statuses_ = true;
      result_.doubts.emplace_back("0 was taken as a clean run, other numbers as failures (--failing says otherwise)");
      return;
    }
    if (look.values.size() != 2) return;
    // One of two is known: the other is the opposite. None is: the rarer one, said aloud.
    const std::string first = *look.values.begin();
    const std::string second = *look.values.rbegin();
    const auto known = [](const std::string& value) { return outcome_of(value); };
    if (known(first) || known(second)) {
      const bool first_fails = known(first) ? known(first) == Outcome::Fails : known(second) == Outcome::Clean;
      failing_ = {first_fails ? first : second};
      clean_ = {first_fails ? second : first};
      return;
    }
    size_t firsts = 0;
    size_t seconds = 0;
    for (const TableRow& row : table_.rows) {
      const std::string value = fold(split_remark(row.cells[result_.column]).value);
      firsts += value == first ? 1U : 0U;
      seconds += value == second ? 1U : 0U;
    }
    failing_ = {firsts <= seconds ? first : second};
    clean_ = {firsts <= seconds ? second : first};
    result_.doubts.push_back(fmt::format(
        "\"{}\", the rarer of two values, was taken as the failure (--failing says otherwise)", failing_[0]));
  }

  std::optional<Count> one(std::string_view cell) const {
    if (is_unknown(cell)) return std::nullopt;
    const std::string value = fold(split_remark(cell).value);
    if (!choice_.failing.empty()) {
      const bool fails = among(choice_.failing, value) || among(choice_.failing, fold(cell)) ||
                         among(choice_.failing, fold(failure_word(cell)));
      return single(fails ? Outcome::Fails : Outcome::Clean);
    }
    if (among(failing_, value)) return single(Outcome::Fails);
    if (among(clean_, value)) return single(Outcome::Clean);
    if (statuses_ && parse_int<uint64_t>(value)) return single(Outcome::Fails);
    // Counts without a number of runs: the row is one run, with or without it.
    if (const auto number = parse_int<uint64_t>(trim(cell));
        number && (heading_ == Heading::Failures || heading_ == Heading::Cleans))
      return single((*number > 0) == (heading_ == Heading::Failures) ? Outcome::Fails : Outcome::Clean);
    const auto truth = truth_of(cell);
    if (truth && heading_ == Heading::Failure) return single(*truth ? Outcome::Fails : Outcome::Clean);
    if (truth && heading_ == Heading::Success) return single(*truth ? Outcome::Clean : Outcome::Fails);
    if (heading_ == Heading::Failure || heading_ == Heading::Success) {
      if (value == "0" || value == "1") {
        const bool fails = (value == "1") == (heading_ == Heading::Failure);
        return single(fails ? Outcome::Fails : Outcome::Clean);
      }
    }
    if (const auto outcome = outcome_of(cell)) return single(*outcome);
    if (truth) {
      // "+" is good wherever it is not said of what; "x" and "yes" are that it happened.
      const bool sign = value == "+" || value == "-" || value == "−" || value == "+++";
      return single(*truth != sign ? Outcome::Fails : Outcome::Clean);
    }
    return std::nullopt;
  }

  const Table& table_;
  const Choice& choice_;
  Heading heading_ = Heading::Other;
  ResultColumn result_;
  std::vector<std::string> failing_;  // folded
  std::vector<std::string> clean_;
  bool statuses_ = false;  // numbers other than 0 are failures
};

}  // namespace

std::optional<Count> count_in(std::string_view cell, Heading heading) {
  const std::string text = fold(cell);
  if (text.empty() || text.size() > 200) return std::nullopt;
  if (const auto count = ratio_in(text, heading)) return count;
  if (is_digit(text[0])) return sum_in(text);
  return signs_in(text);
}

int result_score(const Table& table, const Choice& choice) {
  if (!choice.outcome.empty()) return find_column(table, choice.outcome) ? 100 : 0;
  int best = 0;
  for (size_t i = 0; i < table.header.size(); ++i) best = std::max(best, judge(table, i).score);
  return best;
}

Result<ResultColumn> find_result(const Table& table, const Choice& choice) {
  size_t column = table.header.size();
  std::string why;
  if (!choice.outcome.empty()) {
    const auto named = find_column(table, choice.outcome);
    if (!named) {
      return fail(ErrorCode::NotFound, fmt::format("there is no column \"{}\"; there are: {}",
                                                   printable(choice.outcome), fmt::join(table.header, ", ")));
    }
    column = *named;
    why = "it was named";
  } else {
    Guess best;
    for (size_t i = 0; i < table.header.size(); ++i) {
      Guess guess = judge(table, i);
      if (guess.score <= best.score) continue;
      best = std::move(guess);
      column = i;
    }
    why = best.why;
  }
  if (column == table.header.size()) {
    return fail(ErrorCode::Malformed, fmt::format("no column says how the runs ended; name it with --outcome: {}",
                                                  fmt::join(table.header, ", ")));
  }
  auto result = Reader(table, choice, column).read();
  if (result) result->why = why;
  return result;
}

}  // namespace inquest::experiment
