using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>Which front-end files a user is served: their own choice, within what host and author allow.</summary>
public sealed class ChooseVariantTests : IDisposable
{
    private static readonly PluginVersionId Charts = new("Charts", "1.0.0");
    private readonly SigningKey _key = SigningKey.Create(SignatureAlgorithm.ES256);

    public void Dispose() => _key.Dispose();

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_takes_the_authors_files_is_served_them_and_nobody_else_notices(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (ada, bob) = (await InstalledAsync(world, "ada"), await InstalledAsync(world, "bob"));

        (await ChooseAsync(world, bob, false)).ShouldBeDone().Variant.ShouldBe("original");

        (await SizeAsync(world, ada)).ShouldBe(TestVariant.Short.Length);
        (await SizeAsync(world, bob)).ShouldBeGreaterThan(TestVariant.Short.Length);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.variant'")).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.installation.variant_chosen' AND data LIKE '%\"variant\":\"original\"%'")).ShouldBe(1);

        (await ChooseAsync(world, bob, true)).ShouldBeDone().Notes.ShouldBeEmpty();
        (await SizeAsync(world, bob)).ShouldBe(TestVariant.Short.Length, "from the next look on");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_choice_survives_a_restart_an_update_and_a_rollback(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var ada = await InstalledAsync(world, "ada");
        (await ChooseAsync(world, ada, false)).ShouldBeDone();

        await world.RestartAsync();
        (await world.FindAsync(ada, "Charts"))!.AllowsVariant.ShouldBeFalse();
        world.Registry.VariantsAsked = 0;
        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeDone().Version.ShouldBe("1.1.0");
        (await world.FindAsync(ada, "Charts"))!.AllowsVariant.ShouldBeFalse();
        world.Registry.VariantsAsked.ShouldBe(0, "nobody takes it");
        (await world.Operations.RollbackAsync(ada, new RollbackRequest("Charts"))).ShouldBeDone();
        (await world.FindAsync(ada, "Charts"))!.AllowsVariant.ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_so_already_and_a_dry_run_change_nothing()
    {
        await using var world = await WorldAsync();
        var ada = await InstalledAsync(world, "ada");
        var before = await world.FindAsync(ada, "Charts");

        (await ChooseAsync(world, ada, true)).ShouldBeDone().Notes.ShouldContain("This was so already; nothing changed.");
        var plan = (await world.Operations.ChooseVariantAsync(ada, new ChooseVariantRequest("Charts", false, IsDryRun: true))).ShouldBeOfType<OperationOutcome.Planned>().Plan;

        (plan.Kind, plan.Version).ShouldBe(("variant", "1.0.0"));
        plan.Steps.ShouldBe(["commit"]);
        (await world.FindAsync(ada, "Charts")).ShouldBe(before);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.variant'")).ShouldBe(0);
        (await world.Operations.ChooseVariantAsync(ada, new ChooseVariantRequest("Bars", false))).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
    }

    [Fact]
    public async Task With_the_registry_away_the_choice_counts_and_the_files_come_later()
    {
        await using var world = await WorldAsync(variants: false);
        var ada = await InstalledAsync(world, "ada");
        (await ChooseAsync(world, ada, false)).ShouldBeDone();
        world.TakesVariants = true;
        await world.RestartAsync();
        world.Registry.IsAway = true;

        (await ChooseAsync(world, ada, true)).ShouldBeDone().Notes.ShouldHaveSingleItem().ShouldContain("no optimised files of Charts 1.0.0 here yet");

        (await SizeAsync(world, ada)).ShouldBeGreaterThan(TestVariant.Short.Length);
        world.Registry.IsAway = false;
        (await world.Get<VariantAdoptionService>().LookAsync(default)).ShouldBe(1);
        (await SizeAsync(world, ada)).ShouldBe(TestVariant.Short.Length);
    }

    [Theory]
    [InlineData(false, "Charts", "BERTH_VARIANTS")]
    [InlineData(true, "Bars", "has not allowed")]
    public async Task Who_takes_what_the_host_or_the_author_does_not_allow_is_told(bool variants, string slug, string note)
    {
        await using var world = await WorldAsync(variants: variants);
        world.Registry.Publish(await TestPackage.FrontendAsync("Bars", "1.0.0"));
        var ada = await world.AddUserAsync("ada");
        await world.InstallAsync(ada, slug, "1.0.0");
        (await world.Operations.ChooseVariantAsync(ada, new ChooseVariantRequest(slug, false))).ShouldBeDone();

        var plan = (await world.Operations.ChooseVariantAsync(ada, new ChooseVariantRequest(slug, true, IsDryRun: true))).ShouldBeOfType<OperationOutcome.Planned>().Plan;
        var done = (await world.Operations.ChooseVariantAsync(ada, new ChooseVariantRequest(slug, true))).ShouldBeDone();

        plan.Notes.ShouldHaveSingleItem().ShouldContain(note);
        done.Notes.ShouldBe(plan.Notes);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Optimised_files_are_unwanted_only_when_all_who_have_the_version_say_so(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (ada, bob) = (await InstalledAsync(world, "ada"), await InstalledAsync(world, "bob"));
        (await UnwantedAsync()).ShouldBeFalse("both take them");
        (await ChooseAsync(world, ada, false)).ShouldBeDone();
        (await UnwantedAsync()).ShouldBeFalse("bob takes them");
        (await world.Operations.UpdateAsync(bob, new UpdateRequest("Charts"))).ShouldBeDone();
        (await UnwantedAsync()).ShouldBeFalse("bob can go back to it");
        (await ChooseAsync(world, bob, false)).ShouldBeDone();
        (await UnwantedAsync()).ShouldBeTrue();

        foreach (var user in new[] { ada, bob })
            (await world.Operations.UninstallAsync(user, new UninstallRequest("Charts"))).ShouldBeDone();
        (await UnwantedAsync()).ShouldBeFalse("nobody who has it says so");

        Task<bool> UnwantedAsync() => world.Store.IsVariantUnwantedAsync(Charts, default);
    }

    private static Task<OperationOutcome> ChooseAsync(TestWorld world, OperationCaller user, bool allows) =>
        world.Operations.ChooseVariantAsync(user, new ChooseVariantRequest("Charts", allows));

    /// <summary>How long the script is that the user is served.</summary>
    private static async Task<long> SizeAsync(TestWorld world, OperationCaller user)
    {
        var plugin = (await world.FindAsync(user, "Charts")).ShouldNotBeNull();
        // Optimised files are served once they are judged, for which nobody waits with a request in hand.
        await world.Store.SettleVariantAsync(new PluginVersionId("Charts", plugin.Version), default);
        return world.Store.Find("Charts", plugin.Version)!.FilesFor(plugin.AllowsVariant).Find(TestVariant.Script)!.Identity.Size;
    }

    private static async Task<OperationCaller> InstalledAsync(TestWorld world, string name)
    {
        var user = await world.AddUserAsync(name);
        await world.InstallAsync(user, "Charts", "1.0.0");
        return user;
    }

    private async Task<TestWorld> WorldAsync(DatabaseKind kind = DatabaseKind.Sqlite, bool variants = true)
    {
        var world = await TestWorld.CreateAsync(kind);
        await TestVariant.PublishAsync(world.Registry, _key);
        world.TakesVariants = variants;
        await world.RestartAsync();
        return world;
    }
}
