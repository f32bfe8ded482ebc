// Does the timeline run forwards, and do title and summary name the times that it has?
#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr size_t kMostEntries = 500;  // of a timeline that a person wrote

// A row or an item of a timeline: the time stands at its beginning.
bool leads(const Statement& statement, const TimeMention& time) {
  static const Regex before(
      R"(^[\s~(\[*]*((Mon|Tue|Wed|Thu|Fri|Sat|Sun|Mo|Di|Mi|Do|Fr|Sa|So)\w*[., ]*)?[\w.,: -]{0,18}$)");
  return (statement.kind == Kind::Row || statement.kind == Kind::Item) && time.at <= 24 &&
         before.found_in(std::string_view(statement.text).substr(0, time.at)) &&
         std::string_view(statement.text).substr(0, time.at).find('|') == std::string_view::npos;
}

struct Entry {
  const TimeMention* time;
  size_t group;  // table, or section of a list
  bool table;
};

std::vector<Entry> entries(const Subject& subject) {
  std::vector<Entry> out;
  size_t last = kNone;
  for (const TimeMention& time : subject.mentions.times) {
    const Statement& statement = subject.text.statements[time.statement];
    if (out.size() >= kMostEntries) break;
    if (time.statement == last || statement.withdrawn || !leads(statement, time)) continue;
    last = time.statement;
    out.push_back({&time, statement.table != kNone ? statement.table : statement.section, statement.table != kNone});
  }
  return out;
}

// Rows that go back in time between rows that go forwards.
void order(const Subject& subject, const std::vector<Entry>& all, std::vector<Contradiction>& out) {
  for (size_t begin = 0; begin < all.size();) {
    size_t end = begin + 1;
    while (end < all.size() && all[end].group == all[begin].group && all[end].table == all[begin].table) ++end;
    size_t forwards = 0;
    std::vector<size_t> backwards;
    for (size_t i = begin + 1; i < end; ++i) {
      const TimeMention& from = *all[i - 1].time;
      const TimeMention& to = *all[i].time;
      const auto spans = subject.mentions.between(from, to);
      if (spans.empty()) continue;
      // Past midnight, where no date says so.
      const bool dated = from.own_date && to.own_date;
      // Lines of several logs, put together by hand, may change places within seconds.
      const Ns slack = (from.approximate || to.approximate ? 5 * kMinute : 0) +
                       std::max({unit(from.precision), unit(to.precision), 5 * kSecond});
      if (spans[0] >= -slack + kSecond || (!dated && spans[0] < -12 * kHour)) {
        ++forwards;
      } else {
        backwards.push_back(i);
      }
    }
    if (backwards.size() == 1 && forwards >= 2) {
      const TimeMention& from = *all[backwards[0] - 1].time;
      const TimeMention& to = *all[backwards[0]].time;
      const auto& statements = subject.text.statements;
      object(subject, out, to.statement, "timeline-goes-back",
             fmt::format("The entry before is of {}: the timeline goes back here, and forwards everywhere else.",
                         std::string_view(statements[from.statement].text).substr(from.at, from.length)),
             {}, {statements[from.statement].line});
    }
    begin = end;
  }
}

// The death's time in title, summary or running text, and in the timeline.
void same_event(const Subject& subject, const std::vector<Entry>& all, std::vector<Contradiction>& out) {
  static const Regex death(
      R"(\b(kernel panic|panic(ked|s)?|crash(ed|es)?|froze|frozen|hung|hangs?|died|went (down|dark|silent)|locked up|lock-?up|unresponsive|abgestürzt|absturz|abst(ü|u)rz\w*|eingefroren|hängt|hing|tot|ausgefallen|ausfall)\b)");
  static const Regex not_death(
      R"(\b(after|before|since|until|last|later|then|query|alert|notic\w*|discover\w*|report(ed)?|confirm\w*|second|first|again|earlier|previous\w*|boot\w*|reboot\w*|reset\w*|nach|vor|seit|bis|letzte\w*|danach|bemerkt|gemeldet|entdeckt|wieder|vorherig\w*|neustart|log|sample|metric\w*|declare\w*)\b)");
  static const Regex at(
      R"(\b(at|um|gegen|on|am|@|ab|from)\s*(approximately |about |around |~|etwa )?(\w+ ?\d{1,2}[.,]? ?(\d{4})?,? ?(at |um )?)?[\d-]{0,11}[ ,]*$|[,(|–—-]\s*$|^\s*$|: *$)");
  const auto& statements = subject.text.statements;
  std::vector<const TimeMention*> timeline;
  for (const Entry& entry : all) {
    const Statement& statement = statements[entry.time->statement];
    if (death.found_in(statement.text) && !not_death.found_in(statement.text)) timeline.push_back(entry.time);
  }
  if (timeline.empty()) return;
  for (const TimeMention& time : subject.mentions.times) {
    const Statement& statement = statements[time.statement];
    if (statement.kind == Kind::Code || statement.kind == Kind::Row || statement.withdrawn || time.approximate)
      continue;
    if (statement.kind == Kind::Item && leads(statement, time)) continue;
    if (!death.found_in(statement.text) || not_death.found_in(statement.text)) continue;
    if (subject.mentions.times_in(time.statement).size() > 2) continue;
    if (!at.found_in(std::string_view(statement.text).substr(0, time.at))) continue;
    // One of the timeline's deaths at that time is enough; any other entry too: it may be told by another word.
    bool fits = false;
    const TimeMention* nearest = nullptr;
    Ns distance = 0;
    for (const Entry& entry : all) {
      const bool of_death = std::ranges::find(timeline, entry.time) != timeline.end();
      for (const Ns span : subject.mentions.between(time, *entry.time)) {
        const Ns slack =
            std::max(unit(time.precision), unit(entry.time->precision)) + (entry.time->approximate ? 10 * kMinute : 0);
        if (std::abs(span) < slack + kSecond) fits = true;
        if (of_death && (nearest == nullptr || std::abs(span) < distance)) {
          nearest = entry.time;
          distance = std::abs(span);
        }
      }
      if (of_death && subject.mentions.between(time, *entry.time).empty()) fits = true;  // zones that are not told
    }
    if (fits || nearest == nullptr || distance > 6 * kHour) continue;
    // Whole hours are rather a zone that is not named.
    if (distance % kHour == 0 && !(time.zone && nearest->zone)) continue;
    object(
        subject, out, time.statement, "times-differ",
        fmt::format("The timeline has it at {}, {} {}.",
                    std::string_view(statements[nearest->statement].text).substr(nearest->at, nearest->length),
                    format_duration(distance), subject.mentions.between(time, *nearest)[0] > 0 ? "later" : "earlier"),
        {}, {statements[nearest->statement].line});
  }
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  const auto all = entries(subject);
  order(subject, all, out);
  same_event(subject, all, out);
}

}  // namespace

extern const Check timeline_check;
const Check timeline_check{"does the timeline run forwards, and agree with what else is said?", run};

}  // namespace inquest::review
