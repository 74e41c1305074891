using System.Net.Http.Json;
using Berth.Events;
using Berth.Host.Isolation.Limits;
using Berth.Host.Services;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Services;

/// <summary>What the audit hears of users' documents and settings: how often, and never each time.</summary>
public sealed class DataUsesTests
{
    private static readonly PluginVersionId Notes = new("Notes", "1.0.0");

    private readonly RecordedEvents _events = new();
    private readonly MovableTime _time = new();
    private readonly DataUses _uses;

    public DataUsesTests() => _uses = new DataUses(_events, _time);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_plugin_did_within_a_minute_is_told_by_user_and_operation_at_its_end(bool isInWorker)
    {
        await using var bed = isInWorker ? await PluginBed.StartWithWorkersAsync() : await PluginBed.StartAsync();

        for (var i = 0; i < 3; i++)
            (await bed.Http.PutAsync("/p/Echo/1.0.0/data/key", JsonContent.Create(i))).EnsureSuccessStatusCode();
        for (var i = 0; i < 2; i++)
            (await bed.Http.GetAsync("/p/Echo/1.0.0/data/key")).EnsureSuccessStatusCode();
        (await bed.Http.GetAsync("/p/Echo/1.0.0/settings")).EnsureSuccessStatusCode();
        using (var anothers = new HttpRequestMessage(HttpMethod.Get, "/p/Echo/1.0.0/settings"))
        {
            bed.Http.DefaultRequestHeaders.Remove("Berth-Test-User");
            anothers.Headers.Add("Berth-Test-User", "another");
            (await bed.Http.SendAsync(anothers)).EnsureSuccessStatusCode();
        }

        bed.Get<LimitWatch>().Round();
        bed.Events.Of<UserDataUsed>().ShouldBeEmpty();
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        bed.Get<LimitWatch>().Round();

        bed.Events.Of<UserDataUsed>().ShouldBe(
            [
                new UserDataUsed("Echo", "1.0.0", "user_data", "write", 3),
                new UserDataUsed("Echo", "1.0.0", "user_data", "read", 2),
                new UserDataUsed("Echo", "1.0.0", "settings", "read", 1),
                new UserDataUsed("Echo", "1.0.0", "settings", "read", 1),
            ],
            ignoreOrder: true);
        bed.Events.UsersOf(new UserDataUsed("Echo", "1.0.0", "settings", "read", 1)).ShouldBe([PluginBed.UserId, "another"], ignoreOrder: true);
    }

    [Fact]
    public void The_next_minute_begins_with_nothing()
    {
        _uses.Note(Notes, "ada", DataUses.UserData, DataUses.Read);
        Minute();
        Minute();
        _events.Of<UserDataUsed>().ShouldHaveSingleItem();
    }

    [Fact]
    public void A_host_that_stops_tells_what_it_has()
    {
        _uses.Note(Notes, "ada", DataUses.UserData, DataUses.Read);
        _uses.Flush();
        _events.Of<UserDataUsed>().ShouldBeEmpty();

        _uses.Flush(all: true);

        _events.Of<UserDataUsed>().ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public void More_users_than_are_told_apart_are_told_together_and_none_is_lost()
    {
        for (var user = 0; user < 3 * DataUses.MostKinds; user++)
            _uses.Note(Notes, $"u{user}", DataUses.UserData, DataUses.Read);
        Minute();

        _events.Of<UserDataUsed>().Count.ShouldBe(DataUses.MostKinds + 1);
        _events.Of<UserDataUsed>().Sum(told => told.Count).ShouldBe(3 * DataUses.MostKinds);
        _events.UsersOf(_events.Of<UserDataUsed>().MaxBy(told => told.Count)!).ShouldBe([null]);
    }

    [Fact]
    public async Task None_is_lost_or_counted_twice_while_it_is_told()
    {
        var noting = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                _uses.Note(Notes, $"u{i % 7}", DataUses.UserData, DataUses.Write);
        })));
        while (!noting.IsCompleted)
            _uses.Flush(all: true);
        await noting;
        _uses.Flush(all: true);

        _events.Of<UserDataUsed>().Sum(told => told.Count).ShouldBe(80_000);
    }

    private void Minute()
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        _uses.Flush();
    }
}
