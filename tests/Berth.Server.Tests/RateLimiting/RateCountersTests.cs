using Berth.Server.RateLimiting;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Server.Tests.RateLimiting;

/// <summary>The counters alone, with a clock of the test's.</summary>
public sealed class RateCountersTests
{
    private const long Noon = 1_800_000_000_000;
    private static readonly RateKey Ada = RateKey.OfUser("ada").In(RateCategory.Api, isBurst: false);

    [Fact]
    public void As_many_as_permitted_may_come_at_once_and_the_next_one_waits()
    {
        var counters = new RateCounters();
        for (var i = 0; i < 100; i++)
        {
            var allowed = counters.Take(Ada, 100, 60, Noon + i);
            (allowed.IsAllowed, allowed.Remaining).ShouldBe((true, 99 - i));
        }

        var refused = counters.Take(Ada, 100, 60, Noon + 100);
        (refused.IsAllowed, refused.Remaining).ShouldBe((false, 0));
        refused.Reset.ShouldBe(TimeSpan.FromMilliseconds(59_900));
        counters.Take(Ada, 100, 60, Noon + 100 + (long)refused.Reset.TotalMilliseconds).IsAllowed.ShouldBeTrue("that was the promise");
    }

    [Fact]
    public void R68_Whoever_waits_as_told_is_let_in()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var counters = new RateCounters();
        var now = Noon;
        for (var i = 0; i < 20_000; i++)
        {
            var verdict = counters.Take(Ada, 7, 30, now);
            if (!verdict.IsAllowed)
            {
                verdict.Reset.ShouldBeGreaterThan(TimeSpan.Zero, $"seed {seed}");
                verdict.Reset.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(30), $"seed {seed}");
                now += (long)Math.Ceiling(verdict.Reset.TotalMilliseconds);
                counters.Take(Ada, 7, 30, now).IsAllowed.ShouldBeTrue($"seed {seed}");
            }

            now += random.Next(0, 9_000);
        }
    }

    [Fact]
    public void No_moment_of_a_window_sees_more_than_permitted() => Prop.ForAll(
        Gen.Choose(0, 4_000).ListOf().ToArbitrary(),
        gaps =>
        {
            const int Permits = 10;
            var counters = new RateCounters();
            var allowed = new List<long>();
            var now = Noon;
            foreach (var gap in gaps)
            {
                now += gap;
                if (counters.Take(Ada, Permits, 12, now).IsAllowed)
                    allowed.Add(now);
            }

            // The window moves in six steps: what is counted may leave up to a step early.
            return allowed.TrueForAll(at => allowed.Count(other => other > at - 10_000 && other <= at) <= Permits);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_given_back_can_be_used()
    {
        var counters = new RateCounters();
        for (var i = 0; i < 50; i++)
        {
            counters.Take(Ada, 1, 60, Noon).IsAllowed.ShouldBeTrue();
            counters.GiveBack(Ada, 1, 60, Noon).Remaining.ShouldBe(1);
        }

        counters.Take(Ada, 1, 60, Noon).IsAllowed.ShouldBeTrue();
        counters.Take(Ada, 1, 60, Noon).IsAllowed.ShouldBeFalse();
        counters.GiveBack(RateKey.OfUser("nobody"), 1, 60, Noon).Remaining.ShouldBe(1);
    }

    [Fact]
    public void A_refusal_is_told_once_within_a_window()
    {
        var counters = new RateCounters();
        counters.Take(Ada, 1, 60, Noon);
        counters.Take(Ada, 1, 60, Noon + 1).IsFirstRefusal.ShouldBeTrue();
        for (var i = 2; i < 1000; i++)
            counters.Take(Ada, 1, 60, Noon + i).IsFirstRefusal.ShouldBeFalse();
        counters.Take(Ada, 1, 60, Noon + 60_001).IsAllowed.ShouldBeTrue();
        counters.Take(Ada, 1, 60, Noon + 60_002).IsFirstRefusal.ShouldBeTrue();
    }

    [Fact]
    public void A_clock_that_is_set_back_locks_nobody_out()
    {
        var counters = new RateCounters();
        counters.Take(Ada, 1, 60, Noon);
        counters.Take(Ada, 1, 60, Noon - 3_600_000).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void A_million_addresses_stay_within_the_memory_and_free_nobody_who_is_at_the_limit()
    {
        var counters = new RateCounters();
        counters.Capacity.ShouldBe(131_072);
        var heavy = Enumerable.Range(0, 20).Select(i => RateKey.OfToken(Berth.Server.Auth.AccessToken.Hash($"heavy-{i}")).In(RateCategory.Api, isBurst: false)).ToList();
        foreach (var key in heavy)
        {
            for (var i = 0; i < 100; i++)
                counters.Take(key, 100, 60, Noon).IsAllowed.ShouldBeTrue();
        }

        var (refused, freed) = (0, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000_000; i++)
        {
            var address = new RateKey(((ulong)RateScope.Address << 62) | 4, (ulong)i).In(RateCategory.Api, isBurst: false);
            refused += counters.Take(address, 100, 60, Noon + (i / 50)).IsAllowed ? 0 : 1;
            if (i % 1000 == 0)
                freed += counters.Take(heavy[i / 1000 % heavy.Count], 100, 60, Noon + (i / 50)).IsAllowed ? 1 : 0;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        (refused, freed).ShouldBe((0, 0), "nobody is refused for others, and a flood frees nobody");
        allocated.ShouldBeLessThan(100_000, "less than a byte for each of them: the table does not grow");
    }

    [Fact]
    public async Task Many_at_once_get_exactly_what_is_permitted()
    {
        var counters = new RateCounters();
        var allowed = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                if (counters.Take(Ada, 500, 60, Noon).IsAllowed)
                    Interlocked.Increment(ref allowed);
            }
        })));
        allowed.ShouldBe(500);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::203.0.113.7", "203.0.113.7", false)]
    public void An_address_of_version_6_counts_as_its_network(string one, string other, bool same) =>
        (RateKey.OfAddress(IPAddress.Parse(one)) == RateKey.OfAddress(IPAddress.Parse(other))).ShouldBe(same);

    [Fact]
    public void Scopes_and_categories_never_share_a_count()
    {
        RateKey[] keys = [RateKey.OfUser("ada"), RateKey.OfToken(Berth.Server.Auth.AccessToken.Hash("ada")), RateKey.OfAddress(IPAddress.Loopback), RateKey.OfAddress(null), RateKey.OfAddress(IPAddress.IPv6Loopback)];
        var all = keys.SelectMany(key => RateLimitSettings.Categories.SelectMany(category => new[] { key.In(category, false), key.In(category, true) })).ToList();
        all.Distinct().Count().ShouldBe(all.Count);
        keys.Select(key => key.Scope).ShouldBe([RateScope.User, RateScope.Token, RateScope.Address, RateScope.Address, RateScope.Address]);
    }
}
