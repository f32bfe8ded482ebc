// Which entries of an upload are stored already.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/store.h"

namespace inquest::record {

// systemd-journal-upload remembers how far it came only when a request has ended well; after one that broke off it
// sends everything from there again. An entry is known by its host and its __CURSOR. Only entries not newer than the
// newest one stored of that host when the upload began can be there already, so that the store is not asked in normal
// work. One for each upload; not thread-safe.
class JournalDuplicates {
 public:
  static constexpr size_t kMostHosts = 64;        // in one upload; entries of more are all taken
  static constexpr uint64_t kMostSeen = 1 << 17;  // stored entries that are looked at for one batch

  explicit JournalDuplicates(store::Store& store) : store_(store) {}

  // Whether remove() would ask the store, which takes its time.
  bool must_ask(const std::vector<store::Event>& events) const;
  // Leaves out what is stored; gives how many that were. An entry without a cursor stays, as do all of them where the
  // store cannot say.
  size_t remove(std::vector<store::Event>& events);

 private:
  store::Store& store_;
  std::map<std::string, Ns> newest_;  // stored of each host, when it first came in this upload
};

}  // namespace inquest::record
