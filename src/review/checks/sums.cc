// Do sums, products, differences and counts come out?
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/figure.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

// "16 GB + 16 GB = 32 GB", "2 x 32 GB = 64 GB".
void equations(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex equation(
      R"((?:^|[^\w.,+×*/=-])(\d[\d.,]*)\s*([kmgt]i?b?|bytes?|%|ms|s|min|h)?((?:\s*[+−×*x]\s*\d[\d.,]*\s*(?:[kmgt]i?b?|bytes?|%|ms|s|min|h)?\b)+)\s*(?:=|≈|→ insgesamt|makes|ergibt)\s*(~)?(\d[\d.,]*\d|\d)\s*([kmgt]i?b?|bytes?|%|ms|s|min|h)?(?:$|[\s).,;:]))");
  static const Regex term(R"(([+−×*x])\s*(\d[\d.,]*\d|\d)\s*([kmgt]i?b?|bytes?|%|ms|s|min|h)?)");
  const std::string& text = subject.text.statements[index].text;
  for (const auto& g : equation.find_all(text, 5)) {
    const bool german = subject.text.german;
    const auto first = number_of(g[1].text, german);
    const auto total = number_of(g[5].text, german);
    if (!first || !total) continue;
    double sum = first->value;
    double step = std::max(first->step, total->step);
    std::string unit(g[2].text);
    bool usable = true;
    char last = 0;
    for (const auto& t : term.find_all(g[3].text, 20)) {
      const auto number = number_of(t[2].text, german);
      const bool product = t[1].text == "×" || t[1].text == "*" || t[1].text == "x";
      // Of mixed signs, and of terms in several units, the reading is not sure.
      if (!number || (last != 0 && last != (product ? '*' : t[1].text[0]))) {
        usable = false;
        break;
      }
      last = product ? '*' : t[1].text[0];
      if (!t[3].text.empty()) {
        if (!unit.empty() && lower(unit) != lower(t[3].text)) usable = false;
        unit = t[3].text;
      }
      step = std::max(product ? 0 : number->step, step);
      sum = product ? sum * number->value : t[1].text[0] == '+' ? sum + number->value : sum - number->value;
    }
    if (!usable || (!g[6].text.empty() && !unit.empty() && lower(unit) != lower(g[6].text))) continue;
    if (std::abs(sum - total->value) <= step * 1.01 + (g[4] ? 0.1 * sum : 0) + (step < 1 ? 0 : -step * 0.51)) continue;
    const std::string shown = printable(
        trim(text.substr(g[1].at, g[6] ? g[6].at + g[6].text.size() - g[1].at : g[5].at + g[5].text.size() - g[1].at)));
    object(subject, out, index, "sum-mismatch",
           fmt::format("\"{}\": it is {}{}{}.", shown, plain_number(sum), unit.empty() ? "" : " ", unit));
  }
}

// What a product of these units is; nothing where the reading is not sure.
std::optional<std::string> product_unit(std::string_view a, std::string_view b) {
  const std::string first = lower(a);
  const std::string second = lower(b);
  if (first.empty()) return second;
  if (first == "v" && second == "ah") return "wh";
  if (first == "v" && second == "a") return "w";
  if (first == "w" && second == "h") return "wh";
  // "4 GPUs × 300 W": what is counted has no unit.
  if (first.size() >= 3 && first != "mib" && first != "gib" && first != "tib" && first != "min") return second;
  return std::nullopt;
}

// "4 GPUs × 300 W = 1200 W", "12 DIMMs of 16 GiB, 192 GiB in all".
void products(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex times(
      R"((?:^|[^\w.,+×*/=-])(\d[\d.,]*\d|\d|two|three|four|six|eight|zwei|drei|vier|sechs|acht)\s*([a-zäöü]{1,16})?\s*(?:[×*]|\bx\b|\bof\b|\bzu je\b|\bzu\b|\bà\b)\s*(\d[\d.,]*\d|\d)\s*([a-z]{1,4}\b)(?:\s*=\s*|[^.;|0-9=]{0,60}[,(:–—]\s*(?:together |zusammen |insgesamt |in all |also |so )?)~?(\d[\d.,]*\d|\d)\s*([a-z]{1,4}\b)([^.;|0-9]{0,24}))");
  static const Regex all(R"(\b(in all|in total|total|altogether|together|insgesamt|zusammen|gesamt)\b)");
  static const Regex mirror(R"(\b(mirror\w*|spiegel\w*|raid ?-?1)\b)");
  static const Regex parity(R"(\b(raid\w*|mirror\w*|spiegel\w*|parity|usable|nutzbar|spare\w*|erasure|netto|net)\b)");
  const std::string& text = subject.text.statements[index].text;
  for (const auto& g : times.find_all(text, 5)) {
    const bool german = subject.text.german;
    const auto word = count_word(g[1].text);
    const auto first = word ? Number{static_cast<double>(*word), 1} : number_of(g[1].text, german).value_or(Number{});
    const auto second = number_of(g[3].text, german);
    const auto total = number_of(g[5].text, german);
    if (first.value == 0 || !second || !total) continue;
    const auto unit = product_unit(g[2].text, g[4].text);
    if (!unit || *unit != lower(g[6].text)) continue;
    const double value = first.value * second->value;
    const bool equal = g[0].text.contains('=');
    if (!equal && mirror.found_in(text) && !all.found_in(g[0].text)) {
      if (first.value != 2 || std::abs(value - total->value) > total->step / 2) continue;
      object(subject, out, index, "mirror-capacity",
             fmt::format("A mirror of two holds what one of them holds: {} {}, not {}.", plain_number(second->value),
                         g[4].text, g[5].text),
             {"https://openzfs.github.io/openzfs-docs/man/master/7/zpoolconcepts.7.html"});
      continue;
    }
    if (!equal && (!all.found_in(g[0].text) || parity.found_in(text))) continue;
    // Without a noun and with "=" it is an equation, which is looked at as such.
    if (equal && g[2].text.empty()) continue;
    if (std::abs(value - total->value) <= total->step * 0.51 + second->step * first.value * 0.51 * (second->step < 1))
      continue;
    object(subject, out, index, "sum-mismatch",
           fmt::format("{} times {} {} are {} {}, not {}.", plain_number(first.value), g[3].text, g[4].text,
                       plain_number(value), g[6].text, g[5].text));
  }
}

// "1,528 in all (1,432 + 96)", "3.1 h (216 Wh / 70 W)".
void bracketed(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex remark(
      R"((?:^|[^\w.,:+×*/=-])~?(\d[\d.,]*\d|\d)\s*([a-z%]{1,5}\b)?[^.;|()0-9]{0,24}\(\s*(\d[\d.,]*\d|\d)\s*([a-z%]{1,5}\b)?\s*([+×*/]|\bx\b)\s*(\d[\d.,]*\d|\d)\s*([a-z%]{1,5}\b)?\s*\))");
  const std::string& text = subject.text.statements[index].text;
  for (const auto& g : remark.find_all(text, 5)) {
    const bool german = subject.text.german;
    const auto said = number_of(g[1].text, german);
    const auto a = number_of(g[3].text, german);
    const auto b = number_of(g[6].text, german);
    if (!said || !a || !b || b->value == 0) continue;
    const bool division = g[5].text == "/";
    const bool sum = g[5].text == "+";
    // "3 (2 / 5)" may be anything; with units it is a division.
    if (division &&
        (g[2].text.empty() || g[4].text.empty() || g[7].text.empty() || lower(g[4].text) == lower(g[7].text)))
      continue;
    if (sum && !g[4].text.empty() && !g[7].text.empty() && lower(g[4].text) != lower(g[7].text)) continue;
    static const Regex prefix(R"(^(w|wh|v|a|ah|h|s|gb|gib|mb|mib|tb|tib|mbit|gbit|kb|kib|b)$)");
    if (division && (!prefix.found_in(g[4].text) || !prefix.found_in(g[7].text) || lower(g[4].text) != "wh" ||
                     lower(g[7].text) != "w" || lower(g[2].text) != "h"))
      continue;
    const double value = division ? a->value / b->value : sum ? a->value + b->value : a->value * b->value;
    if (std::abs(value - said->value) <= said->step * 0.6 + (sum ? (a->step + b->step) / 2 * (a->step < 1) : 0))
      continue;
    object(
        subject, out, index, "sum-mismatch",
        fmt::format("{} are {}, not {}.", printable(trim(text.substr(g[3].at, g[6].at + g[6].text.size() - g[3].at))),
                    plain_number(value), g[1].text));
  }
}

// "83 °C, and the limit is 90 °C: 7 °C below it".
void differences(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex apart(
      R"((\d[\d.,]*\d|\d)\s*(°C|%|V|W|A|MHz|GHz|RPM|GB|GiB|MB|MiB|TB|TiB|ms)\s+(?:below|above|under|over|short of|higher|lower|unter|über|höher|niedriger|darunter|darüber)\b)");
  static const Regex instead(
      R"(\bum\s+(\d[\d.,]*\d|\d)\s*(°C|%|V|W|A|MHz|GHz|RPM|GB|GiB|MB|MiB|TB|TiB|ms)\s+(?:unter|über)schritten\s*\((\d[\d.,]*\d|\d)[^0-9()]{0,6}\s(?:statt|instead of)\s(\d[\d.,]*\d|\d)[^0-9()]{0,6}\))");
  static const Regex quantity(R"((\d[\d.,]*\d|\d)\s*(°C|%|V|W|A|MHz|GHz|RPM|GB|GiB|MB|MiB|TB|TiB|ms)(?:$|[\s).,;:]))");
  const std::string& text = subject.text.statements[index].text;
  const bool german = subject.text.german;
  std::optional<Number> said;
  std::vector<Number> others;
  std::string unit;
  if (const auto g = instead.find(text); !g.empty()) {
    said = number_of(g[1].text, german);
    unit = g[2].text;
    for (const size_t n : {size_t{3}, size_t{4}}) {
      if (const auto number = number_of(g[n].text, german)) others.push_back(*number);
    }
  } else if (const auto all = apart.find_all(text, 2); all.size() == 1) {
    said = number_of(all[0][1].text, german);
    unit = all[0][2].text;
    for (const auto& q : quantity.find_all(text, 10)) {
      if (q[1].at == all[0][1].at) continue;
      if (lower(q[2].text) != lower(unit)) continue;
      if (const auto number = number_of(q[1].text, german)) others.push_back(*number);
    }
  }
  if (!said || others.size() != 2) return;
  const double value = std::abs(others[0].value - others[1].value);
  if (value == 0 ||
      std::abs(value - said->value) <= said->step * 0.6 + (others[0].step + others[1].step) / 2 *
                                                              (said->step > others[0].step ? 0 : others[0].step < 1))
    return;
  // "3 °C over the 80 °C that ... at 90 °C": where one of them is the sum of the others it is another story.
  if (std::abs(others[0].value - said->value - others[1].value) < 0.01 ||
      std::abs(others[1].value - said->value - others[0].value) < 0.01)
    return;
  object(subject, out, index, "sum-mismatch",
         fmt::format("{} and {} are {} {} apart, not {}.", plain_number(others[0].value), plain_number(others[1].value),
                     plain_number(value), unit, plain_number(said->value)));
}

// "31, 29 and 33, on average 31".
void averages(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex average(
      R"(((?:\d+(?:\.\d+)?(?:, | and | und |, and )){1,20}\d+(?:\.\d+)?)[^.;|0-9]{0,24}\b(?:on average|average of|an average of|averaging|mean of|im mittel|im schnitt|im durchschnitt|durchschnittlich)\b[^.;|0-9]{0,12}(\d+(?:[.,]\d+)?))");
  static const Regex number(R"(\d+(?:\.\d+)?)");
  const std::string& text = subject.text.statements[index].text;
  const auto g = average.find(text);
  if (g.empty()) return;
  const auto said = number_of(g[2].text, subject.text.german);
  double sum = 0;
  size_t count = 0;
  for (const auto& n : number.find_all(g[1].text, 30)) {
    if (const auto value = parse_double(n[0].text)) {
      sum += *value;
      ++count;
    }
  }
  if (!said || count < 2) return;
  const double value = sum / static_cast<double>(count);
  if (std::abs(value - said->value) <= said->step * 0.6) return;
  object(subject, out, index, "sum-mismatch",
         fmt::format("{} are {} on average, not {}.", g[1].text, plain_number(value), g[2].text));
}

// "+30G, done twice -> 63G": no size that the report names gives that.
void resizes(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex growth(R"(\+\s?(\d{1,6})\s?([GMT])i?B?\b)");
  static const Regex times(R"(\b(twice|two times|zweimal|doppelt|2x|2 mal|three times|dreimal|3x|3 mal|thrice)\b)");
  static const Regex result(
      R"((?:→|->|=|⇒|\bto\b|\bauf\b|\bergab\b|\bgave\b|\bended at\b|\bresult\w* in\b|\bnow\b|\bmade it\b)\s*~?(\d{1,6})\s?([GMT])i?B?\b)");
  static const Regex size(R"((?:^|[^+\d.,\w-])(\d{1,6})\s?([GMT])i?B?\b)");
  const std::string& text = subject.text.statements[index].text;
  const auto g = growth.find(text);
  const auto t = times.find(text);
  const auto r = result.find(text);
  if (g.empty() || t.empty() || r.empty() || lower(g[2].text) != lower(r[2].text)) return;
  const std::string word = lower(t[1].text);
  const int count = word.starts_with("th") || word.starts_with("dre") || word.starts_with('3') ? 3 : 2;
  const auto step = parse_int<int64_t>(g[1].text);
  const auto total = parse_int<int64_t>(r[1].text);
  if (!step || !total) return;
  std::optional<std::pair<int64_t, size_t>> base;
  for (const Statement& statement : subject.text.statements) {
    for (const auto& s : size.find_all(statement.text, 20)) {
      const auto value = parse_int<int64_t>(s[1].text);
      if (!value || lower(s[2].text) != lower(g[2].text) || *value >= *total) continue;
      if (*value + count * *step == *total) return;
      if (!base || *value < base->first) base = {{*value, statement.line}};
    }
  }
  if (!base) return;
  object(subject, out, index, "sum-mismatch",
         fmt::format("{0}{3} and {1} times {2}{3} are {4}{3}, not {5}{3}; no size that the report names gives {5}{3}.",
                     base->first, count, *step, g[2].text, base->first + count * *step, *total),
         {}, {base->second});
}

// A row "Total" of a table.
void totals(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex total(R"(^\W*(total|sum|summe|gesamt|insgesamt|overall)\W*$)");
  static const Regex cell(R"(^~?\s*(\d[\d.,]*\d|\d)\s*([a-z%]{0,6})$)");
  for (const Table& table : subject.text.tables) {
    for (size_t r = 2; r < table.rows.size(); ++r) {
      if (table.rows[r].cells.empty() || !total.found_in(table.rows[r].cells[0])) continue;
      for (size_t column = 1; column < table.rows[r].cells.size(); ++column) {
        const auto end = cell.find(table.rows[r].cells[column]);
        if (end.empty()) continue;
        const auto said = number_of(end[1].text, subject.text.german);
        double sum = 0;
        double step = 0;
        bool usable = said.has_value() && end[2].text != "%";
        for (size_t above = 0; above < r && usable; ++above) {
          const auto part = cell.find(table.rows[above].cells[column]);
          const auto number = part.empty() ? std::nullopt : number_of(part[1].text, subject.text.german);
          usable = number && lower(part[2].text) == lower(end[2].text);
          if (usable) {
            sum += number->value;
            step += number->step / 2;
          }
        }
        if (!usable || std::abs(sum - said->value) <=
                           (said->step < 1 || step < static_cast<double>(r) / 2 ? step + said->step : 0.01))
          continue;
        object(subject, out, table.rows[r].statement, "total-mismatch",
               fmt::format("The rows above give {} in column \"{}\", not {}.", plain_number(sum),
                           printable(table.header[column]), end[1].text),
               {}, {table.line});
      }
    }
  }
}

// "three changes:" and a list of four.
void counts(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex announced(
      R"(\b(?:the |these |following |die |folgende[nr]? |diese )*(two|three|four|five|six|seven|zwei|drei|vier|fünf|sechs|sieben) (?:\w+ ){0,2}?(changes|steps|reasons|causes|hosts|nodes|crashes|events|facts|witnesses|mistakes|errors|actions|things|findings|hypotheses|änderungen|schritte|gründe|ursachen|hosts|knoten|abstürze|ereignisse|tatsachen|zeugen|fehler|maßnahmen|dinge|befunde|hypothesen)[^.:;]{0,30}:\s*$)");
  const auto& statements = subject.text.statements;
  const auto g = announced.find(statements[index].text);
  if (g.empty()) return;
  const auto expected = static_cast<size_t>(count_word(g[1].text).value_or(0));
  // Items of the list that follows at once; those below an item are led by it.
  size_t items = 0;
  size_t block = kNone;
  for (size_t at = index + 1; at < statements.size() && statements[at].kind == Kind::Item; ++at) {
    if (statements[at].block == block) continue;
    block = statements[at].block;
    if (statements[at].lead == statements[index].text) ++items;
  }
  if (items < 2 || items == expected) return;
  object(subject, out, index, "count-mismatch",
         fmt::format("{} {} are announced; the list has {}.", g[1].text, g[2].text, items));
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.withdrawn) continue;
    if (statement.kind == Kind::Code) continue;
    equations(subject, i, out);
    products(subject, i, out);
    bracketed(subject, i, out);
    differences(subject, i, out);
    averages(subject, i, out);
    resizes(subject, i, out);
    counts(subject, i, out);
  }
  totals(subject, out);
}

}  // namespace

extern const Check sums_check;
const Check sums_check{"do sums, products, differences and counts come out?", run};

}  // namespace inquest::review
