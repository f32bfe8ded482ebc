#include "model/coverage.h"

#include <array>
#include <string_view>
#include <utility>

namespace inquest::model {

std::string describe(Watch watch) {
  static constexpr auto kWords = std::to_array<std::pair<Watch, std::string_view>>({
      {Watch::KernelLog, "kernel log"},
      {Watch::SystemLog, "system log"},
      {Watch::Shutdown, "orderly shutdown"},
      {Watch::Liveness, "liveness"},
      {Watch::Metrics, "figures"},
      {Watch::Cluster, "cluster membership"},
      {Watch::PanicCapture, "panic capture"},
      {Watch::Presence, "a person's presence"},
  });
  std::string out;
  for (const auto& [bit, word] : kWords) {
    if (!watches(watch, bit)) continue;
    if (!out.empty()) out += ", ";
    out += word;
  }
  return out;
}

}  // namespace inquest::model
