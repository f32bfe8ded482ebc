#include "reason/investigate.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/align.h"
#include "reason/baseline.h"
#include "reason/blind_spot.h"
#include "reason/bmc_clock.h"
#include "reason/boots.h"
#include "reason/changes.h"
#include "reason/classify.h"
#include "reason/clean_run.h"
#include "reason/coverage.h"
#include "reason/crashes.h"
#include "reason/death.h"
#include "reason/failed_boot.h"
#include "reason/findings.h"
#include "reason/gap.h"
#include "reason/homes.h"
#include "reason/mitigations.h"
#include "reason/names.h"
#include "reason/near_death.h"
#include "reason/presence.h"
#include "reason/roles.h"
#include "reason/signs.h"
#include "reason/timeline.h"
#include "reason/weigh.h"
#include "reason/world.h"

namespace inquest::reason {
namespace {

using model::BootEnd;
using model::Case;
using model::Incident;
using model::Statement;

constexpr std::string_view kSomethingElse = "something-else";  // the weight that is kept for what nobody thought of
constexpr double kWorthNaming = 0.05;                          // probability of a rival that the verdict names
constexpr double kWorthDoing = 0.15;                           // ... of an explanation whose remedies come first
constexpr size_t kMostChecks = 3;

Interval interval(const std::optional<model::Moment>& after, const std::optional<model::Moment>& before) {
  Interval out;
  if (after) out.after = after->first();
  if (before) out.before = before->last();
  return out;
}

std::string window_words(const Incident& incident) {
  const auto& [after, before] = incident.death;
  if (after && before && *after == *before) return fmt::format("at {}", format_utc(*after));
  if (after && before) return fmt::format("between {} and {}", format_utc(*after), format_utc(*before));
  if (before) return fmt::format("before {}", format_utc(*before));
  if (after) return fmt::format("after {}", format_utc(*after));
  return "at a time that the evidence does not tell";
}

// Whether it came back, where no kernel's start is recorded: by what a person did and saw.
Statement coming_back(const Scene& scene, const Death& death) {
  Statement out;
  const auto tell = [&](const model::Observation& seen, std::string_view words) {
    const auto when = seen.from ? scene.the_case.when(seen.stream, *seen.from) : std::nullopt;
    out.text += fmt::format("{}{}{}", out.text.empty() ? "It was " : " and ", words,
                            when ? fmt::format(" at {}", format_utc(when->last())) : std::string());
    out.cites.push_back(seen.cite);
  };
  for (const model::Observation* seen : death.observations) {
    if (seen->kind == "hard-reset" || seen->kind == "power-cycle") tell(*seen, "reset by a person's hand");
    if (seen->kind == "network-up") tell(*seen, "seen on the network again");
  }
  if (out.text.empty()) return {"Nothing in the evidence shows that it started again.", death.cites};
  out.text += "; when its next kernel started is not recorded.";
  return out;
}

// "a faulty memory module (0.32)", for the end of a sentence.
std::string named(const model::Hypothesis& one) {
  std::string title = one.title;
  return fmt::format("\"{}\" ({:.2f})", std::move(title), one.probability);
}

// Why, in a sentence: the likeliest explanation, how sure, and its rivals.
Statement likeliest(const Incident& incident) {
  std::vector<const model::Hypothesis*> open;
  for (const model::Hypothesis& one : incident.hypotheses) {
    if (one.status != "ruled-out" && one.id != kSomethingElse) open.push_back(&one);
  }
  if (open.empty()) return {};
  const model::Hypothesis& first = *open.front();
  Statement out;
  for (const model::Contribution& one : first.sum) {
    if (one.log_odds > 0) out.cites.insert(out.cites.end(), one.cites.begin(), one.cites.end());
  }
  const bool nothing_known = first.speaks_for.empty();
  if (first.status == "likely") {
    out.text = fmt::format("Most likely: {}", named(first));
  } else if (nothing_known) {
    out.text = fmt::format("Nothing points at a cause; by experience alone, {} comes first", named(first));
  } else {
    out.text = fmt::format("No cause is proven; the likeliest is {}", named(first));
  }
  std::string rivals;
  for (size_t i = 1; i < open.size() && i < 4; ++i) {
    if (open[i]->probability < kWorthNaming) break;
    rivals += fmt::format("{}{}", rivals.empty() ? ", before " : ", ", named(*open[i]));
  }
  out.text += rivals + ".";
  return out;
}

// The verdict in three lines: what and when; why, and how sure; what to do now.
void give_verdict(const Scene& scene, const Death& death, Incident& incident, const Statement& normality) {
  std::string what = fmt::format("{} ({}), {}.", incident.title, incident.incident_class, window_words(incident));
  if (death.reset && !incident.reset_cites.empty()) {
    what += fmt::format(" The next kernel started at {}", format_utc(death.reset->last()));
    if (const auto silence = death.silence())
      what += fmt::format(", {} after the last sign of life", format_duration(*silence));
    for (const model::Observation* seen : death.observations) {
      if (seen->kind != "hard-reset" && seen->kind != "power-cycle") continue;
      what += ", by a person's hand";
      break;
    }
    what += ".";
  }
  std::vector<model::Citation> cites = death.cites;
  cites.insert(cites.end(), incident.reset_cites.begin(), incident.reset_cites.end());
  if (death.fate == Fate::Survived || death.fate == Fate::Unbooted) {
    what += " " + death.text;
  } else if (!death.reset && death.fate != Fate::Alive) {
    const Statement back = coming_back(scene, death);
    what += " " + back.text;
    cites.insert(cites.end(), back.cites.begin(), back.cites.end());
  }
  incident.verdict.push_back({std::move(what), std::move(cites)});

  Statement why = likeliest(incident);
  if (death.panic != nullptr && incident.class_reasons.size() > 1) {
    const auto& root = incident.class_reasons.back();
    why.text = root.text + (why.text.empty() ? "" : " " + why.text);
    why.cites.insert(why.cites.begin(), root.cites.begin(), root.cites.end());
  } else {
    why.text += (why.text.empty() ? "" : " ") + normality.text;
    why.cites.insert(why.cites.end(), normality.cites.begin(), normality.cites.end());
  }
  if (why.cites.empty()) why.cites = death.cites;
  incident.verdict.push_back(std::move(why));

  if (incident.actions.empty()) return;
  const model::Action& first = incident.actions.front();
  incident.verdict.push_back({fmt::format("Do now: {}", first.text), death.cites});
}

// What to do next, in the order of what it is worth: what the likeliest explanation asks for, what would tell the
// explanations apart, and what closes the blind spots, panic capture first.
void recommend(const rules::KnowledgeBase& base, const World& world, Incident& incident) {
  const auto add = [&](model::Action action) {
    if (std::ranges::find(incident.actions, action.text, &model::Action::text) == incident.actions.end())
      incident.actions.push_back(std::move(action));
  };
  size_t asked = 0;
  for (const model::Hypothesis& one : incident.hypotheses) {
    if (one.status == "ruled-out" || one.probability < kWorthDoing || one.speaks_for.empty() || ++asked > 2) continue;
    for (const model::Action& action : one.actions) add(action);
  }
  size_t checks = 0;
  for (const OpenCheck& check : open_checks(base, world, incident.hypotheses)) {
    if (++checks > kMostChecks) break;
    add({check.text, check.command});
  }
  for (const model::BlindSpot& spot : incident.blind_spots) {
    if (!spot.close.empty()) add({spot.close, ""});
  }
}

// What explains it: everything that the case knows, against every hypothesis.
void explain_incident(const Scene& scene, const std::vector<Death>& deaths, const Death& death,
                      const rules::KnowledgeBase& base, Incident& incident, const model::Inquiry& inquiry) {
  std::vector<Feature> features = find_features(scene, death, incident, inquiry.incidents);
  std::ranges::move(last_words(scene, death, base), std::back_inserter(features));
  World world(scene, death, incident, features, inquiry.findings);
  const std::vector<Fired> fired = fire(base, signs_of(scene, death, base), world);
  incident.hypotheses = weigh(base, fired, world, incident);
  incident.roles = find_roles(incident, features);
  incident.clean_run = clean_run(scene, deaths, death);
  incident.mitigations = judge_mitigations(scene, deaths, death, incident);
  std::ranges::move(judge_claims(scene, deaths, death, incident), std::back_inserter(incident.contradictions));
  recommend(base, world, incident);
  give_verdict(scene, death, incident, summarise(incident.baselines));
}

Incident make_incident(const Scene& scene, const Death& death) {
  Incident incident;
  std::vector<BootCrash> crashes;
  if (death.boot != nullptr) crashes = crashes_of(scene, death);
  if (death.fate == Fate::Survived) {
    std::erase_if(crashes,
                  [&](const BootCrash& crash) { return !part_of_near_death(scene.the_case, death, *crash.report); });
  }
  Classification kind = classify(scene, death, crashes);
  incident.culprit = std::move(kind.culprit);
  // The next boot may know more of it: machine checks that outlived the reset, the reset's own reason.
  if (death.next != nullptr) {
    for (BootCrash& crash : crashes_of(scene.the_case, *death.next)) {
      if (crash.report->previous_boot) crashes.push_back(std::move(crash));
    }
  }
  incident.crashes = describe(scene.the_case, crashes);
  incident.host = death.host == 0 ? std::string() : std::string(scene.the_case.str(death.host));
  incident.incident_class = std::move(kind.name);
  incident.title = std::move(kind.title);
  incident.signature = std::move(kind.signature);
  incident.class_reasons = std::move(kind.reasons);
  incident.survived = death.fate == Fate::Survived || death.fate == Fate::Alive;
  incident.death = interval(death.after, death.before);
  incident.death_text = death.text;
  incident.death_cites = death.cites;
  if (death.reset) {
    incident.reset = interval(death.reset, death.reset);
    incident.reset_cites = death.next->start_cites;
    if (death.next->uptime) {
      const UptimeBoot& boot = *death.next->uptime;
      const std::string first =
          boot.gauge ? "The " + boot.words()
                     : fmt::format("An uptime of {} s at {}", grouped(static_cast<uint64_t>(boot.first.value)),
                                   format_utc({boot.first_utc, Precision::Second}));
      incident.reset_text = first +
                            " puts the kernel's start there, to the second; power came back, or the reset was pressed, "
                            "the firmware's start-up time earlier.";
    } else {
      incident.reset_text = "The start of the next kernel; the reset itself came the firmware's start-up time earlier.";
    }
  }
  for (const model::Observation* seen : death.observations) {
    if (shows_panic(*seen) && incident.culprit.module.empty()) incident.culprit.module = seen->module;
  }
  incident.witnesses = death.witnesses;
  incident.contradictions = death.contradictions;
  incident.baselines = baselines(scene, death);
  incident.gaps = find_gaps(scene, death);
  incident.blind_spots = blind_spots(scene, death, incident.baselines);
  incident.timeline = timeline(scene, death);
  incident.changes = find_changes(scene, death);
  return incident;
}

void list_hosts(const Scene& scene, const std::vector<Death>& deaths, model::Inquiry& inquiry) {
  for (const BootTrack& boot : scene.boots) {
    const std::string name(scene.the_case.str(boot.host));
    auto host = std::ranges::find(inquiry.hosts, name, &model::Host::name);
    if (host == inquiry.hosts.end()) host = inquiry.hosts.insert(host, {name, {}});
    model::Boot shown = boot.describe(scene.the_case);
    const auto death = std::ranges::find(deaths, &boot, &Death::boot);
    if (death != deaths.end() && death->fate == Fate::Died && shown.end == BootEnd::Unknown) {
      shown.end = BootEnd::Cut;
      shown.end_text = "its last sign of life is the incident's";
      shown.end_cites = death->cites;
    }
    host->boots.push_back(std::move(shown));
  }
  const auto add = [&](model::StrId host) {
    const std::string name(scene.the_case.str(scene.names.host(host)));
    if (std::ranges::find(inquiry.hosts, name, &model::Host::name) == inquiry.hosts.end() && !name.empty())
      inquiry.hosts.push_back({name, {}});
  };
  if (scene.names.subject() != 0) add(scene.names.subject());
  for (const Presence& presence : scene.presences) add(presence.host);
  for (const model::Series& series : scene.the_case.series) add(series.host);
}

// Why no death is claimed, and what else a reader should know.
void explain(const Scene& scene, const std::vector<Death>& deaths, model::Inquiry& inquiry) {
  const Case& the_case = scene.the_case;
  if (deaths.empty()) {
    std::vector<model::Citation> cites;
    for (const Presence& presence : scene.presences) {
      if (cites.size() < 5) cites.push_back(the_case.cite(presence.last));
    }
    inquiry.notes.push_back(
        {"No death is claimed: no boot in the evidence ends in a panic or breaks off before another, and no peer or "
         "person says that a host was "
         "lost. A log that merely ends says nothing about its host.",
         std::move(cites)});
  }
  for (const BootTrack& boot : scene.boots) {
    const bool reported = std::ranges::any_of(deaths, [&](const Death& death) { return death.boot == &boot; });
    for (const model::Landmark* mark : boot.landmarks) {
      if (reported || mark->kind != model::LandmarkKind::Oops) continue;
      inquiry.notes.push_back(
          {fmt::format("A kernel of {} reported trouble in a boot that no death is claimed for: \"{}\".",
                       scene.names.display(boot.host), printable(the_case.str(mark->text))),
           {the_case.cite(mark->event)}});
      break;
    }
    for (const model::BootClaim* claim : boot.claims) {
      if (claim->orderly && !*claim->orderly && boot.end == BootEnd::Unknown && !reported) {
        inquiry.notes.push_back(
            {fmt::format("A boot of {} has no record of a shutdown at its end; whether it crashed, nothing else tells.",
                         scene.names.display(boot.host)),
             {claim->cite}});
      }
    }
  }
}

}  // namespace

model::Inquiry investigate(Case& the_case, const Options& options) {
  model::Inquiry inquiry;
  inquiry.assumptions = find_homes(the_case);
  const Names names(the_case, options);
  std::ranges::copy(names.assumptions(), std::back_inserter(inquiry.assumptions));
  auto clocks = align_clocks(the_case, options, names);
  std::ranges::move(clocks, std::back_inserter(inquiry.assumptions));
  auto controllers = compare_bmc_clocks(the_case);
  std::ranges::move(controllers, std::back_inserter(inquiry.assumptions));
  const std::vector<Presence> seen = presences(the_case);
  const std::vector<BootTrack> boots = find_boots(the_case, names, seen, inquiry.assumptions);
  inquiry.coverage = find_coverage(the_case, names, seen, boots);
  const Scene scene{the_case, names, seen, boots, inquiry.coverage, options.at};
  std::vector<Death> deaths = find_deaths(scene);
  std::deque<BootTrack> fragments;
  std::ranges::move(find_near_deaths(scene, deaths, fragments), std::back_inserter(deaths));
  const rules::KnowledgeBase& base =
      options.knowledge != nullptr ? *options.knowledge : rules::KnowledgeBase::builtin();
  if (!options.at) std::ranges::move(find_failed_boots(scene, deaths, base), std::back_inserter(deaths));
  for (const Death& death : deaths) inquiry.incidents.push_back(make_incident(scene, death));
  inquiry.findings = find_findings(scene);
  for (size_t i = 0; i < deaths.size(); ++i)
    explain_incident(scene, deaths, deaths[i], base, inquiry.incidents[i], inquiry);
  list_hosts(scene, deaths, inquiry);
  explain(scene, deaths, inquiry);
  return inquiry;
}

}  // namespace inquest::reason
