// How much each source may send: one bucket of tokens a source, in a table that no crowd of sources can overflow.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/time.h"
#include "record/ip_address.h"

namespace inquest::record {

// A source is an IPv4 address, or an IPv6 network of 64 bits, of which anybody gets as many addresses as he likes. Not
// for use from several threads. Times are of any one clock that does not go back.
class RateLimit {
 public:
  struct Settings {
    uint64_t rate = 0;            // tokens a second and source; 0: no limit
    uint64_t burst = 0;           // tokens that gather while a source is silent; at least `rate`
    size_t most_sources = 65536;  // with a bucket of their own; what comes on top shares one
  };
  explicit RateLimit(const Settings& settings);

  // Takes that many tokens, or none and says no. One message that costs more than the burst passes when the bucket is
  // full, so that nothing is refused forever.
  bool take(const IpAddress& source, uint64_t tokens, Ns now);
  // How long until take() of so many would say yes, if nothing else is taken; 0: now.
  Ns wait(const IpAddress& source, uint64_t tokens, Ns now);

  size_t sources() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    Ns filled = 0;  // when `tokens` was right
  };
  struct Hash {
    size_t operator()(uint64_t key) const;
  };
  Bucket& bucket_of(const IpAddress& source, Ns now);
  void fill(Bucket& bucket, Ns now) const;
  // Full buckets say what a new one would say.
  void forget_full(Ns now);

  Settings settings_;
  std::unordered_map<uint64_t, Bucket, Hash> buckets_;
  Bucket crowd_;       // of sources for which there was no room
  Ns forgotten_ = 0;   // when full buckets were last looked for
  uint64_t salt_ = 0;  // so that nobody can choose addresses that fall into one place of the table
};

}  // namespace inquest::record
