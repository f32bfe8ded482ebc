#include "decode/telemetry.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include <fmt/format.h>

namespace inquest::decode {
namespace {

// Measurements of Telegraf's input plugins for hosts (plugins/inputs/*/README.md), sorted.
bool is_telegraf(std::string_view measurement) {
  static constexpr std::array<std::string_view, 36> kNames = {"bond",
                                                              "conntrack",
                                                              "cpu",
                                                              "disk",
                                                              "diskio",
                                                              "docker",
                                                              "ethtool",
                                                              "hddtemp",
                                                              "internal_agent",
                                                              "interrupts",
                                                              "ipmi_sensor",
                                                              "kernel",
                                                              "kernel_vmstat",
                                                              "linux_cpu",
                                                              "linux_sysctl_fs",
                                                              "mem",
                                                              "net",
                                                              "net_response",
                                                              "netstat",
                                                              "nstat",
                                                              "nvidia_smi",
                                                              "ping",
                                                              "processes",
                                                              "procstat",
                                                              "procstat_lookup",
                                                              "sensors",
                                                              "smart_attribute",
                                                              "smart_device",
                                                              "soft_interrupts",
                                                              "swap",
                                                              "synproxy",
                                                              "system",
                                                              "systemd_units",
                                                              "temp",
                                                              "zfs",
                                                              "zfs_pool"};
  static_assert(std::ranges::is_sorted(kNames));
  return std::ranges::binary_search(kNames, measurement);
}

}  // namespace

model::StreamId Telemetry::stream(bool utc) {
  auto& known = streams_[utc ? 1 : 0];
  if (!known) {
    model::Stream fresh;
    fresh.clock = utc ? model::ClockDomain::Utc : model::ClockDomain::LocalWall;
    fresh.channel = model::Channel::Network;
    fresh.watch = model::Watch::Liveness | model::Watch::Metrics;
    known = sink_.open_stream(fresh);
  }
  return *known;
}

std::optional<model::SeriesId> Telemetry::series(const Name& name, bool utc, const Place& place) {
  const size_t before = sink_.into().series.size();
  if (series_ >= kMostSeries) {
    sink_.problem(place, fmt::format("more than {} series: samples of further ones are left out", kMostSeries));
    return std::nullopt;
  }
  const model::StrId host = sink_.intern(name.host);
  const model::SeriesId id = sink_.series(host, name.measurement, name.tags, name.field, stream(utc));
  if (sink_.into().series.size() == before) return id;
  if (series_ == 0) host_ = host;
  one_host_ = one_host_ && host == host_;
  ++series_;
  if (is_telegraf(name.measurement)) ++of_telegraf_;
  return id;
}

void Telemetry::text_value(const Place& place) {
  if (text_values_++ == 0) first_text_ = place;
}

void Telemetry::note(const Place& place, std::string_view message) {
  model::Evidence& evidence = sink_.into().evidence[sink_.evidence()];
  for (model::Diagnostic& known : evidence.diagnostics) {
    if (known.message == message) {
      ++known.count;
      return;
    }
  }
  evidence.diagnostics.push_back({std::string(message), place.offset, place.line, 1});
}

void Telemetry::finish() {
  if (text_values_ != 0) {
    model::Evidence& evidence = sink_.into().evidence[sink_.evidence()];
    evidence.diagnostics.push_back(
        {"values that are text, not figures", first_text_.offset, first_text_.line, text_values_});
  }
  for (size_t utc = 0; utc < streams_.size(); ++utc) {
    if (!streams_[utc]) continue;
    model::Stream& stream = sink_.stream(*streams_[utc]);
    stream.precision = finest_[utc];
    stream.source = sink_.intern(of_telegraf_ * 2 > series_ ? "telegraf" : "metrics");
    if (one_host_) stream.host = host_;
  }
}

void join_tags(std::span<Tag> tags, std::string& out) {
  std::ranges::stable_sort(tags, {}, &Tag::name);
  out.clear();
  for (const Tag& tag : tags) {
    if (tag.value.empty()) continue;
    if (!out.empty()) out += ',';
    out.append(tag.name).append("=").append(tag.value);
  }
}

}  // namespace inquest::decode
