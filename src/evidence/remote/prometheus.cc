#include "evidence/remote/prometheus.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace inquest::evidence {
namespace {

// Labels that name a host: scraped targets have `instance` ("pve1:9100"), what Telegraf and collectd write has `host`.
constexpr std::array<std::string_view, 2> kHostLabels = {"instance", "host"};

// When the kernel started: node_exporter's gauge, and counters as Telegraf and VictoriaMetrics' importers name them.
constexpr std::string_view kBoots = "node_boot_time_seconds|system_uptime|uptime";

// What matters to a death, one question for each group, so that no answer grows too large: of node_exporter
// (collector/*.go), of Telegraf's outputs (measurement_field), of the exporters for IPMI, SMART and Proxmox VE.
constexpr std::array<std::string_view, 7> kGroups = {
    "up|node_load[0-9]+|node_procs_(blocked|running)|node_context_switches_total|node_pressure_.*|system_load[0-9]+"
    "|processes_(blocked|running|total)",
    "cpu_usage_.*|node_cpu_throttles_total|node_cpu_core_throttles_total",
    "node_memory_(MemAvailable|MemFree|MemTotal|Dirty|Writeback|Slab|SUnreclaim|SwapFree|SwapTotal|HardwareCorrupted)_"
    "bytes"
    "|node_vmstat_(oom_kill|pgmajfault|pswpin|pswpout)|mem_(available|used|used_percent|dirty|slab)|swap_used_percent",
    "node_network_(receive|transmit)_(bytes|errs|drop)_total|node_network_(up|carrier_changes_total)"
    "|net_(bytes_recv|bytes_sent|err_in|err_out|drop_in|drop_out)",
    "node_disk_(io_now|io_time_seconds_total|read_bytes_total|written_bytes_total|read_time_seconds_total"
    "|write_time_seconds_total)|node_filesystem_(avail_bytes|readonly|device_error)|node_md_disks|node_zfs_arc_size"
    "|diskio_(io_time|iops_in_progress|read_bytes|write_bytes)|disk_used_percent",
    "node_hwmon_(temp_celsius|fan_rpm|in_volts|power_average_watt)|node_thermal_zone_temp|ipmi_(temperature_celsius"
    "|fan_speed_rpm|power_watts|voltage_volts)|temp_temp|sensors_temp_input|smartctl_device_temperature",
    "node_edac_.*_errors_total|node_mce_.*|ipmi_sel_logs_count|smartctl_device_(media_errors|smart_status"
    "|percentage_used)|pve_up|node_timex_(sync_status|offset_seconds)",
};

class Prometheus : public RemoteSource {
 public:
  explicit Prometheus(RemoteUrl url) : RemoteSource(std::move(url)) {}

  Result<std::vector<std::string>> hosts() override {
    std::vector<std::string> out;
    for (const std::string_view label : kHostLabels) {
      const auto body = http_text(request(fmt::format("/api/v1/label/{}/values", label)));
      if (!body) return fail(body.error());
      const auto parsed = nlohmann::json::parse(*body, nullptr, false);
      if (!parsed.is_object() || !parsed.contains("data") || !parsed["data"].is_array())
        return fail(ErrorCode::Malformed, "the answer is not Prometheus's: is this the right address and port?");
      for (const auto& value : parsed["data"]) {
        if (!value.is_string()) continue;
        out.push_back(value.get<std::string>());
        labels_[out.back()].insert(label);
      }
    }
    std::ranges::sort(out);
    const auto rest = std::ranges::unique(out);
    out.erase(rest.begin(), rest.end());
    return out;
  }

  std::vector<RemoteQuery> boots(const RemoteWindow& window) override {
    std::vector<RemoteQuery> out;
    add(out, fmt::format("__name__=~{}", promql_string(kBoots)), window);
    return out;
  }

  Result<std::vector<RemoteQuery>> figures(const RemoteWindow& window) override {
    std::vector<RemoteQuery> out = boots(window);
    // The processors' idle time is what a load shows in; their other modes would be many times as many figures.
    add(out, "__name__=\"node_cpu_seconds_total\",mode=~\"idle|iowait\"", window);
    for (const std::string_view group : kGroups) {
      add(out, fmt::format("__name__=~{}", promql_string(group)), window);
    }
    return out;
  }

 private:
  // A range selector asked at its end gives the samples as they were scraped, where query_range would give a grid.
  void add(std::vector<RemoteQuery>& out, std::string_view selector, const RemoteWindow& window) const {
    const int64_t end = window.to / kSecond + 1;
    const int64_t length = std::max<int64_t>(end - window.from / kSecond, 1);
    const auto known = labels_.find(window.host);
    for (const std::string_view label : kHostLabels) {
      if (known != labels_.end() && !known->second.contains(label)) continue;
      const std::string query = fmt::format("{{{},{}={}}}[{}s]", selector, label, promql_string(window.host), length);
      out.push_back({fmt::format("{}?query={}&time={}", shown(), query, end),
                     request(fmt::format("/api/v1/query?time={}&query={}", end, url_encode(query)))});
    }
  }

  HttpRequest request(std::string_view path) const {
    HttpRequest out;
    out.url = url().base + std::string(path);
    out.user = url().user;
    out.password = url().password;
    return out;
  }

  std::map<std::string, std::set<std::string_view>> labels_;  // which label names a host, by what hosts() found
};

}  // namespace

std::string promql_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::unique_ptr<RemoteSource> make_prometheus(RemoteUrl url) { return std::make_unique<Prometheus>(std::move(url)); }

}  // namespace inquest::evidence
