// Which entries of an upload are stored already.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "store/store.h"

namespace inquest::record {

// systemd-journal-upload remembers how far it came only when a request has ended well; after one that broke off it
// sends everything from there again. An entry is known by its host and its __CURSOR. Only one that is not newer than
// the newest of its host can be there already, so that in normal work the store is asked once for each host. Any
// thread.
class JournalDuplicates {
 public:
  static constexpr size_t kMostHosts = 1 << 16;
  static constexpr uint64_t kMostSeen = 1 << 17;  // stored entries that are looked at for one batch and host

  explicit JournalDuplicates(store::Store& store) : store_(store) {}

  // Whether all of them are newer than what came before from their hosts. They are the newest then.
  bool all_new(const std::vector<store::Event>& events);
  // Leaves out what is stored, and gives how many that were. Asks the store, which takes its time. An entry without a
  // cursor stays, as do all of them where the store cannot say.
  size_t remove(std::vector<store::Event>& events);

 private:
  // Of all that came from the host, as far as the store and this object know.
  Ns newest_of(const std::string& host);
  void note(const std::vector<store::Event>& events);
  void note(const std::string& host, Ns time);  // with the mutex held

  store::Store& store_;
  std::mutex mutex_;
  std::unordered_map<std::string, Ns> newest_;
};

}  // namespace inquest::record
