// Did what is said to have happened "during boot" happen then?
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr Ns kBoot = 5 * kMinute;  // services are up by then, on all but the slowest
constexpr size_t kMostBoots = 200;
constexpr Ns kReach = 12 * kHour;  // an earlier boot is not the one that is meant

void run(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex during(
      R"(\b(during|at|on|while) (the )?(system )?(boot(ing)?|boot-?up|startup|start-?up)\b|\b(beim|während des|im) (boot\w*|systemstart|hochfahren|start)\b)");
  static const Regex boot(
      R"(\b(re)?boot(ed|s)?\b|\brestarted\b|\bcame up\b|neu gestartet|neustart|gebootet|hochgefahren|system start(ed)?\b)");
  static const Regex denied(R"(\b(not|nicht|before|after|since|nach|vor|seit)\b|n't\b)");
  const auto& statements = subject.text.statements;
  // Times at which it booted, by rows and items of a timeline.
  std::vector<const TimeMention*> boots;
  for (const TimeMention& time : subject.mentions.times) {
    if (boots.size() >= kMostBoots) break;
    const Statement& statement = statements[time.statement];
    if ((statement.kind == Kind::Row || statement.kind == Kind::Item) && boot.found_in(statement.text) &&
        !statement.withdrawn)
      boots.push_back(&time);
  }
  if (boots.empty()) return;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.kind == Kind::Code || statement.kind == Kind::Row || statement.withdrawn || statement.hedged)
      continue;
    if (!during.found_in(statement.text) || denied.found_in(statement.text)) continue;
    // The first time of the sentence, or of the log lines that it introduces.
    std::vector<const TimeMention*> times = subject.mentions.times_in(i);
    const size_t next = i + 1;
    if (times.empty() && next < statements.size() && statements[next].kind == Kind::Code)
      times = subject.mentions.times_in(next);
    if (times.empty()) continue;
    std::optional<Ns> after;
    const TimeMention* last = nullptr;
    for (const TimeMention* at : boots) {
      for (const Ns span : subject.mentions.between(*at, *times[0])) {
        if (span < -unit(at->precision) || span > kReach) continue;
        if (!after || span < *after) {
          after = span;
          last = at;
        }
      }
    }
    if (!after || *after <= kBoot + unit(last->precision)) continue;
    object(
        subject, out, i, "not-during-boot",
        fmt::format(
            "By the report's own times this was {} after the boot at {}: the system had been up for long, so it "
            "is no part of booting.",
            format_duration(*after), std::string_view(statements[last->statement].text).substr(last->at, last->length)),
        {"https://www.freedesktop.org/software/systemd/man/latest/bootup.html"}, {statements[last->statement].line});
  }
}

}  // namespace

extern const Check boot_events_check;
const Check boot_events_check{"did what is said to have happened during boot happen then?", run};

}  // namespace inquest::review
