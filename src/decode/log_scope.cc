#include "decode/log_scope.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace inquest::decode {
namespace {

constexpr size_t kMostHosts = 4096;  // more hosts than any collector has: an attack, or not a host field

// What stands in the host field before a host knows its name.
bool placeholder(std::string_view host) {
  return host == "localhost" || host.starts_with("localhost.") || host == "(none)" || host == "-";
}

// "pve" and "pve.example.org".
bool same_host(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a) && (a.size() == b.size() || b[a.size()] == '.');
}

// Processes of one service log under names of their own: "postfix/smtpd", "(sd-executor)".
std::string_view service_of(std::string_view ident) { return ident.substr(0, ident.find('/')); }

bool tells_of_shutdown(std::string_view ident) {
  static constexpr std::string_view kNames[] = {"systemd", "init",     "systemd-logind", "systemd-shutdown", "shutdown",
                                                "syslogd", "rsyslogd", "syslog-ng",      "systemd-journald"};
  return std::ranges::find(kNames, ident) != std::end(kNames);
}

}  // namespace

void LogScope::note_ident(model::StrId ident) {
  last_ident_ = ident;
  if (ident >= seen_.size()) seen_.resize(ident + 256, false);
  if (seen_[ident]) return;
  seen_[ident] = true;
  idents_.push_back(ident);
}

void LogScope::note_host(model::StrId host) {
  last_host_ = host;
  if (host == 0 || host == speaker_ || interleaved_) return;
  const std::string_view name = strings_.view(host);
  if (placeholder(name)) return;
  if (speaker_ != 0 && same_host(name, strings_.view(speaker_))) return;
  const auto known =
      std::ranges::find_if(hosts_, [&](model::StrId other) { return same_host(name, strings_.view(other)); });
  if (known != hosts_.end() || hosts_.size() == kMostHosts) {
    interleaved_ = true;
  } else {
    hosts_.push_back(host);
  }
  speaker_ = host;
}

model::Watch LogScope::watch() const {
  using enum model::Watch;
  static constexpr size_t kServicesOfALog = 3;
  bool kernel = false;
  bool manager = false;
  bool shutdown = false;
  model::Watch watch = Nothing;
  std::set<std::string_view> services;
  for (const model::StrId id : idents_) {
    const std::string_view ident = strings_.view(id);
    if (ident.empty()) continue;
    shutdown = shutdown || tells_of_shutdown(ident);
    if (ident == "kernel") {
      kernel = true;
    } else if (ident == "systemd" || ident == "init") {
      manager = true;  // its lines come with each unit's, so they alone don't make a log whole
    } else if (services.size() <= kServicesOfALog) {
      services.insert(service_of(ident));
    }
    if (ident == "corosync") watch = watch | Cluster;
  }
  if (kernel && (manager || !services.empty())) return watch | SystemLog | KernelLog | Shutdown;
  if (kernel) return watch | KernelLog;
  if (services.size() >= kServicesOfALog) return watch | SystemLog | (shutdown ? Shutdown : Nothing);
  return watch;
}

}  // namespace inquest::decode
