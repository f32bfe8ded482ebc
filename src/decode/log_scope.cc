#include "decode/log_scope.h"

#include <algorithm>
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

void LogScope::note_ident(model::StrId id) {
  last_ident_ = id;
  model::StrId& judged = judged_[id % judged_.size()];
  if (judged == id) return;
  judged = id;
  const std::string_view ident = strings_.view(id);
  if (ident.empty()) return;
  kernel_ = kernel_ || ident == "kernel";
  shutdown_ = shutdown_ || tells_of_shutdown(ident);
  corosync_ = corosync_ || ident == "corosync";
  // The manager's lines come with each unit's, so they alone don't make a log whole.
  const bool manager = ident == "systemd" || ident == "init";
  manager_ = manager_ || manager;
  if (ident == "kernel" || manager || services_.size() == kServicesOfALog) return;
  if (std::ranges::find(services_, service_of(ident)) == services_.end()) services_.push_back(service_of(ident));
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
  const model::Watch cluster = corosync_ ? Cluster : Nothing;
  if (kernel_ && (manager_ || !services_.empty())) return cluster | SystemLog | KernelLog | Shutdown;
  if (kernel_) return cluster | KernelLog;
  if (services_.size() == kServicesOfALog) return cluster | SystemLog | (shutdown_ ? Shutdown : Nothing);
  return cluster;
}

}  // namespace inquest::decode
