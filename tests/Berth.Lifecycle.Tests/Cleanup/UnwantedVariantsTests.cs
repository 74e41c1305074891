using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Tests.Cleanup;

/// <summary>Optimised files stay as long as somebody is served them, and come back when somebody wants them again.</summary>
public sealed class UnwantedVariantsTests : IAsyncLifetime
{
    private static readonly PluginVersionId Charts = new("Charts", "1.0.0");
    private readonly SigningKey _key = SigningKey.Create(SignatureAlgorithm.ES256);
    private TestWorld _world = null!;
    private OperationCaller _ada = null!;
    private OperationCaller _bob = null!;

    public async Task InitializeAsync()
    {
        _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await TestVariant.PublishAsync(_world.Registry, _key);
        _world.TakesVariants = true;
        await _world.RestartAsync();
        (_ada, _bob) = (await _world.AddUserAsync("ada"), await _world.AddUserAsync("bob"));
        await _world.InstallAsync(_ada, "Charts", "1.0.0");
        await _world.InstallAsync(_bob, "Charts", "1.0.0");
        Optimised().Length.ShouldBe(1);
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task They_go_when_the_last_who_took_them_does_not_any_more_and_come_back_with_the_first_who_does()
    {
        await ChooseAsync(_ada, false);
        (await VariantsAsync()).ShouldBeEmpty("bob takes them");

        await ChooseAsync(_bob, false);
        var dry = (await _world.Get<ICleanup>().RunAsync(isDryRun: true)).Items.ShouldHaveSingleItem();
        Optimised().Length.ShouldBe(1);
        (await VariantsAsync()).ShouldHaveSingleItem().ShouldBe(dry);

        dry.Bytes.ShouldBeGreaterThan(0);
        dry.Subject.ShouldBe("Charts 1.0.0");
        Optimised().ShouldBeEmpty();
        (await ServedAsync()).ShouldBeNull();
        await CleanupTests.SoundAsync(_world, _ada, "Charts");

        await ChooseAsync(_ada, true);
        (await ServedAsync()).ShouldNotBeNull("whoever wants them does not wait for anybody's interval");
        await CleanupTests.SoundAsync(_world, _ada, "Charts");
    }

    [Fact]
    public async Task They_are_not_asked_for_as_long_as_nobody_takes_them_and_a_new_user_does()
    {
        await ChooseAsync(_ada, false);
        await ChooseAsync(_bob, false);
        (await VariantsAsync()).Count.ShouldBe(1);

        (await _world.Get<VariantAdoptionService>().LookAsync(default)).ShouldBe(0);
        Optimised().ShouldBeEmpty();

        await _world.InstallAsync(await _world.AddUserAsync("cyd"), "Charts", "1.0.0");
        await Eventually.BecomesAsync(() => Task.FromResult(_world.Store.IndexOf(Charts)!.Variant is not null));
        (await VariantsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_that_does_not_serve_them_any_more_serves_the_authors_and_gives_them_up()
    {
        _world.TakesVariants = false;
        await _world.RestartAsync();

        (await ServedAsync()).ShouldBeNull("the setting counts at once");
        (await VariantsAsync()).Count.ShouldBe(1);
        Optimised().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_that_nobody_has_keeps_them_for_its_retention()
    {
        foreach (var user in new[] { _ada, _bob })
            (await _world.Operations.UninstallAsync(user, new UninstallRequest("Charts"))).ShouldBeDone();

        (await VariantsAsync()).ShouldBeEmpty();
        Optimised().Length.ShouldBe(1);
    }

    /// <summary>Where the process ends while it takes optimised files in, and whether they are there afterwards.</summary>
    public static TheoryData<string, bool> Kills { get; } = new()
    {
        { "variant.fetched", false },
        { "variant.moved", false },
        { "variant.indexed", true },
    };

    [Theory, MemberData(nameof(Kills))]
    public async Task A_kill_while_they_are_taken_in_leaves_a_version_that_works_and_nothing_that_stays(string step, bool isThere)
    {
        await ChooseAsync(_ada, false);
        await ChooseAsync(_bob, false);
        await VariantsAsync();
        // Its own process asks for them; this one was not told that somebody wants them again.
        await _world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE plugin SET allows_variant = 1"));
        await _world.LeaveAsync();

        var (wasKilled, output) = await Victim.AdoptAsync(_world, _key, step);

        wasKilled.ShouldBeTrue(output);
        await _world.RestartAsync();
        await _world.Operations.RecoverAsync();
        (_world.Store.IndexOf(Charts)!.Variant is not null).ShouldBe(isThere);
        await CleanupTests.SoundAsync(_world, _ada, "Charts");
        await CleanupTests.RunAsync(_world);
        Optimised().Length.ShouldBe(isThere ? 1 : 0);
        StateDump.Staging(_world).ShouldBe(0);

        await _world.Get<VariantAdoptionService>().LookAsync(default);
        (await ServedAsync()).ShouldNotBeNull();
        await CleanupTests.SoundAsync(_world, _ada, "Charts");
    }

    private async Task<IReadOnlyList<CleanupItem>> VariantsAsync() => [.. (await CleanupTests.RunAsync(_world)).Items.Where(item => item.Kind == "variant")];

    /// <summary>What is served once it is judged.</summary>
    private async Task<ServedVariant?> ServedAsync()
    {
        await _world.Store.SettleVariantAsync(Charts, default);
        return _world.Store.Find("Charts", "1.0.0").ShouldNotBeNull().Variant;
    }

    private async Task ChooseAsync(OperationCaller user, bool allows) =>
        (await _world.Operations.ChooseVariantAsync(user, new ChooseVariantRequest("Charts", allows))).ShouldBeDone();

    private string[] Optimised() => Directory.GetFiles(_world.Store.Paths.Index(Charts), "*.opt*");
}
