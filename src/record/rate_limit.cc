#include "record/rate_limit.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace inquest::record {
namespace {

// A network of 64 bits; for IPv4, whose addresses share these, the address.
uint64_t key_of(const IpAddress& source) {
  const auto& bytes = source.bytes();
  const size_t from = source.is_v4() ? 8 : 0;
  uint64_t key = 0;
  for (size_t i = 0; i < 8; ++i) key = key << 8U | bytes[from + i];
  return key;
}

uint64_t mixed(uint64_t value) {  // the finisher of splitmix64
  value = (value ^ value >> 30U) * 0xbf58476d1ce4e5b9U;
  value = (value ^ value >> 27U) * 0x94d049bb133111ebU;
  return value ^ value >> 31U;
}

uint64_t random_salt() {
  std::random_device random;
  return uint64_t{random()} << 32U | random();
}

}  // namespace

size_t RateLimit::Hash::operator()(uint64_t key) const { return mixed(key); }

RateLimit::RateLimit(const Settings& settings) : settings_(settings), salt_(random_salt()) {
  settings_.burst = std::max(settings_.burst, settings_.rate);
  crowd_.tokens = static_cast<double>(settings_.burst);
}

void RateLimit::fill(Bucket& bucket, Ns now) const {
  if (now <= bucket.filled) return;
  const double gained =
      static_cast<double>(now - bucket.filled) / static_cast<double>(kSecond) * static_cast<double>(settings_.rate);
  bucket.tokens = std::min(bucket.tokens + gained, static_cast<double>(settings_.burst));
  bucket.filled = now;
}

void RateLimit::forget_full(Ns now) {
  // A look at the whole table costs; once a second is often enough even under a flood of invented addresses.
  if (now - forgotten_ < kSecond) return;
  forgotten_ = now;
  std::erase_if(buckets_, [&](const auto& entry) {
    Bucket bucket = entry.second;
    fill(bucket, now);
    return bucket.tokens >= static_cast<double>(settings_.burst);
  });
}

RateLimit::Bucket& RateLimit::bucket_of(const IpAddress& source, Ns now) {
  const uint64_t key = mixed(key_of(source) ^ salt_);
  const auto found = buckets_.find(key);
  if (found != buckets_.end()) return found->second;
  if (buckets_.size() >= settings_.most_sources) forget_full(now);
  if (buckets_.size() >= settings_.most_sources) return crowd_;
  return buckets_.emplace(key, Bucket{static_cast<double>(settings_.burst), now}).first->second;
}

Ns RateLimit::wait(const IpAddress& source, uint64_t tokens, Ns now) {
  if (settings_.rate == 0) return 0;
  Bucket& bucket = bucket_of(source, now);
  fill(bucket, now);
  const double wanted = static_cast<double>(std::min(tokens, settings_.burst));
  if (bucket.tokens >= wanted) return 0;
  const double seconds = (wanted - bucket.tokens) / static_cast<double>(settings_.rate);
  return static_cast<Ns>(std::ceil(seconds * static_cast<double>(kSecond)));
}

bool RateLimit::take(const IpAddress& source, uint64_t tokens, Ns now) {
  if (settings_.rate == 0) return true;
  Bucket& bucket = bucket_of(source, now);
  fill(bucket, now);
  const double wanted = static_cast<double>(std::min(tokens, settings_.burst));
  if (bucket.tokens < wanted) return false;
  bucket.tokens -= wanted;
  return true;
}

}  // namespace inquest::record
