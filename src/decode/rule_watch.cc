#include "decode/rule_watch.h"

#include <algorithm>

#include "base/checked.h"

namespace inquest::decode {
namespace {

const rules::Matcher& builtin() {
  // The build compiled these patterns: only a lack of memory could fail here.
  static const rules::Matcher matcher = rules::Matcher::of(rules::KnowledgeBase::builtin()).value();
  return matcher;
}

}  // namespace

RuleWatch::RuleWatch(model::Case& into, const rules::Matcher* matcher)
    : case_(into), matcher_(matcher == nullptr ? &builtin() : matcher) {}

void RuleWatch::line(model::EventId event, const model::Event& record, std::string_view message) {
  const auto begin = static_cast<uint32_t>(pending_.size());
  pending_.append(message).push_back('\n');
  said_.push_back({event, record.ident, begin, static_cast<uint32_t>(pending_.size() - 1)});
  if (pending_.size() >= kBatch) flush();
}

void RuleWatch::boot(const model::Event& record) {
  flush();
  const model::StrId host = case_.host_of(record);
  std::erase_if(open_, [&](const auto& each) {
    return std::get<1>(each.first) == record.stream && std::get<2>(each.first) == host;
  });
}

void RuleWatch::flush() {
  if (said_.empty()) return;
  if (!scanner_) scanner_.emplace(*matcher_);
  lines_.clear();
  for (const Said& each : said_) lines_.push_back({each.begin, each.end, case_.str(each.ident)});
  scanner_->scan(pending_, lines_, hits_);
  for (const rules::Hit& hit : hits_) add(hit.rule, said_[hit.line].event);
  pending_.clear();
  said_.clear();
}

void RuleWatch::add(uint32_t rule, model::EventId id) {
  const model::Event& event = case_.events[id];
  const model::StrId host = case_.host_of(event);
  const auto [place, fresh] = open_.try_emplace(Key(rule, event.stream, host));
  Open& open = place->second;
  const auto apart = checked_sub(std::max(event.time, open.latest), std::min(event.time, open.latest));
  if (fresh || !apart || *apart > kApart) {
    if (signs_ >= kMostSigns) {
      ++left_out_;
      open_.erase(place);
      return;
    }
    ++signs_;
    open.sign = case_.signs.size();
    case_.signs.push_back({matcher_->base().rules()[rule].id, event.stream, host, {}, model::kNoEvent, 0});
  }
  open.latest = event.time;
  model::Sign& sign = case_.signs[open.sign];
  if (sign.events.size() < model::Sign::kMostEvents) sign.events.push_back(id);
  sign.last = id;
  ++sign.count;
}

void RuleWatch::finish() {
  flush();
  open_.clear();
}

}  // namespace inquest::decode
