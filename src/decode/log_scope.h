// What a log as a whole would have shown: judged by whose lines are in it.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "model/stream.h"
#include "model/strings.h"

namespace inquest::decode {

// Told of every record of one piece of evidence.
class LogScope {
 public:
  explicit LogScope(const model::StringPool& strings) : strings_(strings) {}

  // Either may be 0.
  void note(model::StrId host, model::StrId ident) {
    if (ident != last_ident_) note_ident(ident);
    if (host != last_host_) note_host(host);
  }

  // Kernel and services together are the whole log of a host, in which an orderly shutdown would show; the kernel alone
  // is a kernel log; several services without it are a system log without kernel messages (auth.log). One service's
  // lines are an excerpt: that something is not in there means nothing. Lines of corosync add Cluster.
  model::Watch watch() const;

  // Several hosts took turns: a central collector's log. A host that was renamed once, or that calls itself "localhost"
  // until its name is set, is one host.
  bool many_hosts() const { return interleaved_; }
  // Network where several hosts sent their lines, else Disk.
  model::Channel channel() const { return interleaved_ ? model::Channel::Network : model::Channel::Disk; }
  // The host of all records, 0 where there is none or more than one.
  model::StrId only_host() const { return hosts_.size() == 1 ? hosts_.front() : 0; }

 private:
  void note_ident(model::StrId ident);
  void note_host(model::StrId host);

  static constexpr size_t kServicesOfALog = 3;

  const model::StringPool& strings_;
  model::StrId last_ident_ = 0;
  model::StrId last_host_ = 0;
  std::array<model::StrId, 64> judged_{};  // idents that were, the latest by their ids' last digits
  bool kernel_ = false;
  bool manager_ = false;
  bool shutdown_ = false;
  bool corosync_ = false;
  std::vector<std::string_view> services_;  // the first kServicesOfALog
  std::vector<model::StrId> hosts_;         // in order of appearance, without placeholders
  model::StrId speaker_ = 0;                // the last of hosts_ that spoke
  bool interleaved_ = false;
};

}  // namespace inquest::decode
