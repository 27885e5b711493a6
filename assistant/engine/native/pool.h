// A few threads that run one job together, and sleep between jobs.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace native {

// A job in stages, each of so many tasks. Every member has a share of them, the same part of each
// stage, and who is through with its own takes from the ends of the others'. A stage is over when
// its tasks are done, whoever did them: a thread that comes late, or that the system has put aside
// between two tasks, is not waited for.
class Job {
  public:
    struct Share {
        int begin, end;
    };

    // The part of one thread in a job: it goes through the stages in their order.
    class Member {
      public:
        Member(Job& job, int place) : job_(job), place_(place) {}

        // Calls f(task) for every task below `count`, spread over the members; returns when all
        // of them are done. Every member must come by with the same count.
        template <typename F>
        void each(int count, F&& f) {
            if (job_.members_ == 1) {
                for (int task = 0; task < count; ++task) f(task);
                return;
            }
            const int stage = number_++;
            int did = 0;
            for (int i = 0; i < job_.members_; ++i) {
                const int whose = (place_ + i) % job_.members_;
                for (int task; (task = job_.take(stage, whose, share(count, whose), i > 0)) >= 0;)
                    f(task), ++did;
            }
            std::atomic<int>& done = job_.stages_.at(stage).done;
            if (did) done.fetch_add(did, std::memory_order_release);
            if (done.load(std::memory_order_acquire) < count) wait(done, count);
        }

        // The share of so many tasks that is this member's own.
        Share share(int count) const { return share(count, place_); }

        // Which of the members this is, from 0 on.
        int place() const { return place_; }

      private:
        Share share(int count, int whose) const {
            return {count * whose / job_.members_, count * (whose + 1) / job_.members_};
        }

        static void wait(const std::atomic<int>& done, int count);

        Job& job_;
        const int place_;
        int number_ = 0;
    };

    Job(int stages, int members, std::function<void(Member&)> work)
        : members_(members), stages_(members > 1 ? stages : 0),
          taken_(stages_.size() * static_cast<std::size_t>(members)), work_(std::move(work)) {}

    // To be called once by every member.
    void join() {
        Member member(*this, come_.fetch_add(1, std::memory_order_relaxed));
        work_(member);
    }

  private:
    struct Stage {
        alignas(64) std::atomic<int> done{0};
    };
    struct Taken {  // of a share: how many from its beginning, and from its end
        alignas(64) std::atomic<uint64_t> both{0};
    };

    // Returns a task of a share, from its end or its beginning; -1 when none is left.
    int take(int stage, int whose, Share share, bool from_end) {
        auto& taken = taken_.at(static_cast<std::size_t>(stage) * members_ + whose).both;
        uint64_t seen = taken.load(std::memory_order_relaxed);
        for (;;) {
            const int first = share.begin + static_cast<int>(seen >> 32);
            const int last = share.end - 1 - static_cast<int>(seen & 0xffffffff);
            if (first > last) return -1;
            const uint64_t next = seen + (from_end ? 1 : uint64_t{1} << 32);
            if (taken.compare_exchange_weak(seen, next, std::memory_order_relaxed))
                return from_end ? last : first;
        }
    }

    const int members_;
    std::atomic<int> come_{0};
    std::vector<Stage> stages_;
    std::vector<Taken> taken_;
    std::function<void(Member&)> work_;
};

class Crew;

class Pool {
  public:
    // Raises std::invalid_argument unless 1 <= threads <= 256. Threads start with the first job.
    explicit Pool(int threads);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    int threads() const { return threads_; }

    // Calls work(member) on every thread, the caller's among them, and returns when the caller's is
    // through. Others may still be walking over stages that are done: what `work` needs for that
    // must belong to it or outlive settle(). Callers take turns, those of other pools too.
    void run(int stages, std::function<void(Job::Member&)> work);

    // Waits until no thread is in a job.
    void settle();

  private:
    Crew& crew();

    const int threads_;
    std::unique_ptr<Crew> crew_;
};

}  // namespace native
