// A few threads that run one job together, and sleep between jobs.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace native {

// A job in stages, each of so many tasks, handed out one by one. A stage is over when its tasks are
// done, whoever did them: a thread that comes late, or that the system has put aside between two
// tasks, is not waited for.
class Job {
  public:
    // The part of one thread in a job: it goes through the stages in their order.
    class Member {
      public:
        explicit Member(Job& job) : job_(job) {}

        // Calls f(task) for every task below `count`, spread over the members; returns when all
        // of them are done. Every member must come by with the same count.
        template <typename F>
        void each(int count, F&& f) {
            Stage& stage = job_.stages_.at(number_++);
            int mine = 0;
            for (int task; (task = stage.next.fetch_add(1, std::memory_order_relaxed)) < count;)
                f(task), ++mine;
            if (mine) stage.done.fetch_add(mine, std::memory_order_release);
            if (stage.done.load(std::memory_order_acquire) < count) wait(stage.done, count);
        }

      private:
        static void wait(const std::atomic<int>& done, int count);

        Job& job_;
        int number_ = 0;
    };

    Job(int stages, std::function<void(Member&)> work)
        : stages_(stages), work_(std::move(work)) {}

    void join() {
        Member member(*this);
        work_(member);
    }

  private:
    struct Stage {
        alignas(64) std::atomic<int> next{0};
        alignas(64) std::atomic<int> done{0};
    };
    std::vector<Stage> stages_;
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
