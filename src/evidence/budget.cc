#include "evidence/budget.h"

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::evidence {
namespace {

std::string mebibytes(uint64_t bytes) {
  return bytes < 1 << 20 ? counted(bytes, "byte") : fmt::format("{} MiB", grouped(bytes >> 20));
}

Error limit(std::string message) { return {ErrorCode::Limit, std::move(message), {}, 0, 0}; }

}  // namespace

std::optional<Error> Budget::no_more_items() const {
  if (items_ < limits_.items) return std::nullopt;
  return limit(fmt::format("more than {} files in all, which is the limit: give less of the evidence at a time",
                           grouped(limits_.items)));
}

std::optional<Error> Budget::no_more_expansion() const {
  if (gained_ <= limits_.expanded_bytes) return std::nullopt;
  return limit(
      fmt::format("archives and compressed files expand by more than {} in all, which is the limit: unpack them "
                  "yourself and give the folder",
                  mebibytes(limits_.expanded_bytes)));
}

void Expansion::produced(uint64_t bytes) {
  out_ += bytes;
  if (out_ <= in_ || out_ - in_ <= counted_) return;
  const uint64_t gain = out_ - in_ - counted_;
  counted_ += gain;
  budget_.gained_ += gain;
  for (Expansion* each = this; each != nullptr; each = each->outer_) each->gained_ += gain;
}

bool Expansion::too_much() const {
  // Not the ratio alone: small files of blanks and zeros compress well, and harm nobody.
  return gained_ > Limits::kFreeExpansion && gained_ / budget_.limits_.expansion_ratio > in_;
}

std::optional<Error> Expansion::stopped() const {
  for (const Expansion* each = this; each != nullptr; each = each->outer_) {
    if (!each->too_much()) continue;
    return limit(fmt::format(
        "{} expands to more than {} times its size, which is the limit: an archive bomb, or else unpack it yourself "
        "and give the folder",
        each->path_, grouped(budget_.limits_.expansion_ratio)));
  }
  return budget_.no_more_expansion();
}

}  // namespace inquest::evidence
