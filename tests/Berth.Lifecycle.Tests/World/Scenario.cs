using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Bulk;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Log;
using Berth.Lifecycle.Sharing;
using Berth.Lifecycle.Tests.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Lifecycle.Tests.World;

/// <summary>One operation from a known state, told apart by name so that a child process can run the same.</summary>
internal sealed record Scenario(string Name, Func<TestWorld, OperationCaller, Task> Prepare, Func<IServiceProvider, OperationCaller, Task<OperationOutcome>> Run)
{
    private const string Many = "update many users, of whom this is one";

    private Scenario(string name, Func<TestWorld, OperationCaller, Task> prepare, Func<ILifecycleOperations, OperationCaller, Task<OperationOutcome>> run)
        : this(name, prepare, (services, ada) => run(services.GetRequiredService<ILifecycleOperations>(), ada))
    {
    }

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("install own code on an empty store", Nothing, (operations, ada) => operations.InstallAsync(ada, new InstallRequest("Echo", "1.0.0"))),
        new("install what is in the store", async (world, _) => await InstallAsync(world, await world.AddUserAsync("bob"), "Charts", "1.0.0"),
            (operations, ada) => operations.InstallAsync(ada, new InstallRequest("Charts", "1.0.0"))),
        new("install again with kept documents", async (world, ada) =>
        {
            await InstallAsync(world, ada, "Echo", "1.0.0");
            await UpdateAsync(world, ada, "Echo"); // so that the store has both versions
            Done(await world.Operations.RollbackAsync(ada, new RollbackRequest("Echo")));
            await world.WriteAsync(ada, "Echo", "mine", "\"kept\"");
            Done(await world.Operations.UninstallAsync(ada, new UninstallRequest("Echo")));
        }, (operations, ada) => operations.InstallAsync(ada, new InstallRequest("Echo", "1.1.0"))),
        new("update own code", async (world, ada) =>
        {
            await InstallAsync(world, await world.AddUserAsync("bob"), "Echo", "1.1.0");
            await InstallAsync(world, ada, "Echo", "1.0.0");
            await world.WriteAsync(ada, "Echo", "mine", "7");
        }, (operations, ada) => operations.UpdateAsync(ada, new UpdateRequest("Echo"))),
        new("update a front end", async (world, ada) =>
        {
            await InstallAsync(world, await world.AddUserAsync("bob"), "Charts", "2.0.0");
            await InstallAsync(world, ada, "Charts", "1.0.0");
            await world.WriteAsync(ada, "Charts", "mine", "7");
        }, (operations, ada) => operations.UpdateAsync(ada, new UpdateRequest("Charts"))),
        new("roll back", UpdatedAsync, (operations, ada) => operations.RollbackAsync(ada, new RollbackRequest("Echo"))),
        new("roll back with the present documents", UpdatedAsync, (operations, ada) => operations.RollbackAsync(ada, new RollbackRequest("Echo", MigrateData: true))),
        new("uninstall own code", UpdatedAsync, (operations, ada) => operations.UninstallAsync(ada, new UninstallRequest("Echo"))),
        new("purge a front end", async (world, ada) =>
        {
            await InstallAsync(world, ada, "Charts", "1.0.0");
            await world.WriteAsync(ada, "Charts", "mine", "7");
        }, (operations, ada) => operations.UninstallAsync(ada, new UninstallRequest("Charts", Purge: true))),
        new("install a set of front ends that are in the store", async (world, _) => await InstallAsync(world, await world.AddUserAsync("bob"), "Desk", "1.0.0"),
            (operations, ada) => operations.InstallAsync(ada, new InstallRequest("Desk", "1.0.0"))),
        new("install with what it needs, updating what is there", async (world, ada) =>
        {
            await InstallAsync(world, ada, "Charts", "1.0.0");
            await world.WriteAsync(ada, "Charts", "mine", "7");
        }, (operations, ada) => operations.InstallAsync(ada, new InstallRequest("Suite"))),
        new("update with what needs it", async (world, ada) =>
        {
            await InstallAsync(world, ada, "Desk", "1.0.0");
            await world.WriteAsync(ada, "Charts", "mine", "7");
            await world.WriteAsync(ada, "Desk", "mine", "8");
        }, (operations, ada) => operations.UpdateAsync(ada, new UpdateRequest("Charts"))),
        new("uninstall with what needs it", async (world, ada) =>
        {
            await InstallAsync(world, ada, "Suite", "1.0.0");
            await world.WriteAsync(ada, "Echo", "mine", "7");
        }, (operations, ada) => operations.UninstallAsync(ada, new UninstallRequest("Echo", WithDependents: true))),
        new("disable", (world, ada) => InstallAsync(world, ada, "Charts", "1.0.0"),
            (operations, ada) => operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", Enabled: false))),
        new("enable", async (world, ada) =>
        {
            await InstallAsync(world, ada, "Charts", "1.0.0");
            Done(await world.Operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", Enabled: false)));
        }, (operations, ada) => operations.SetEnabledAsync(ada, new SetEnabledRequest("Charts", Enabled: true))),
        new("pin", (world, ada) => InstallAsync(world, ada, "Charts", "1.0.0"),
            (operations, ada) => operations.SetPolicyAsync(ada, new SetPolicyRequest("Charts", ChangesPin: true, Pinned: "^1", Channel: "beta", Enabled: false))),
        new("choose the author's files", (world, ada) => InstallAsync(world, ada, "Charts", "1.0.0"),
            (operations, ada) => operations.ChooseVariantAsync(ada, new ChooseVariantRequest("Charts", AllowsVariant: false))),
        new("grant", (world, ada) => InstallAsync(world, ada, "Echo", "1.0.0"),
            (operations, ada) => operations.ChangeGrantsAsync(ada, new ChangeGrantsRequest("Echo", ["network:http-client"], []))),
        new("repair files and rows", async (world, ada) =>
        {
            await InstallAsync(world, ada, "Charts", "1.0.0");
            await world.WriteAsync(ada, "Charts", "mine", "7");
            Berth.Lifecycle.Store.FolderTree.Delete(world.Store.Paths.Version(new Berth.Host.PluginVersionId("Charts", "1.0.0")));
            await world.Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM module WHERE name = 'Old'"));
        }, (operations, ada) => operations.RepairAsync(ada, new RepairRequest("Charts"))),
        new("configure", async (world, ada) =>
        {
            await InstallAsync(world, ada, "Tuned", "1.0.0");
            Done(await world.ConfigureAsync(ada, """{"limit":7}"""));
        }, (operations, ada) => operations.ConfigureAsync(ada, new ConfigureRequest("Tuned", JsonSerializer.SerializeToElement(new { limit = 9, apiKey = "hunter2" })))),
        new("configure a module", (world, ada) => InstallAsync(world, ada, "Tuned", "1.0.0"),
            (operations, ada) => operations.ConfigureModuleAsync(ada, new ConfigureModuleRequest("Tuned", "Panel", Enabled: false, Priority: 3, JsonSerializer.SerializeToElement(new { color = "red" })))),
        new("accept a front end", (world, ada) => OfferAsync(world, ada, "Charts"), AcceptAsync),
        new("accept own code", (world, ada) => OfferAsync(world, ada, "Echo"), AcceptAsync),
        new(Many, async (world, ada) =>
        {
            var bob = await world.AddUserAsync("bob");
            await InstallAsync(world, bob, "Echo", "1.0.0");
            await InstallAsync(world, ada, "Echo", "1.0.0");
            await world.WriteAsync(ada, "Echo", "mine", "7");
        }, BulkAsync),
    ];

    /// <summary>Whether one failure ends all of it; what a bulk operation did for others stays.</summary>
    public bool IsWhole => Name != Many;

    public static Scenario Named(string name) => All.Single(scenario => scenario.Name == name);

    public static async Task PublishAsync(TestRegistry registry)
    {
        await Tuned.PublishAsync(registry);
        registry.Publish(await Packages.Value);
    }

    // Read once: a package never changes.
    private static readonly Lazy<Task<TestPackage[]>> Packages = new(() => Task.WhenAll(
        TestPackage.FixtureAsync("Echo", "1.0.0"),
        TestPackage.FixtureAsync("Echo", "1.1.0"),
        TestPackage.FrontendAsync("Charts", "1.0.0", modules: ["Old", "Both"]),
        TestPackage.FrontendAsync("Charts", "2.0.0", modules: ["Both", "New"]),
        TestPackage.FrontendAsync("Desk", "1.0.0", more: Needs("Charts", "^1")),
        TestPackage.FrontendAsync("Desk", "1.1.0", more: Needs("Charts", "^2")),
        TestPackage.FrontendAsync("Suite", "1.0.0", more: Needs("Charts", "^2", "Echo", "^1", "Desk", "*"))));

    private static JsonObject Needs(params string[] slugsAndRanges) => new()
    {
        ["dependencies"] = new JsonObject(slugsAndRanges.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], (JsonNode?)pair[1]))),
    };

    public override string ToString() => Name;

    private static Task Nothing(TestWorld world, OperationCaller ada) => Task.CompletedTask;

    private static async Task UpdatedAsync(TestWorld world, OperationCaller ada)
    {
        await InstallAsync(world, ada, "Echo", "1.0.0");
        await world.WriteAsync(ada, "Echo", "mine", "7");
        await UpdateAsync(world, ada, "Echo");
        await world.WriteAsync(ada, "Echo", "later", """{"v":2,"value":8}""");
    }

    private static async Task InstallAsync(TestWorld world, OperationCaller ada, string slug, string version) =>
        Done(await world.Operations.InstallAsync(ada, new InstallRequest(slug, version)));

    private static async Task UpdateAsync(TestWorld world, OperationCaller ada, string slug) =>
        Done(await world.Operations.UpdateAsync(ada, new UpdateRequest(slug)));

    private static async Task OfferAsync(TestWorld world, OperationCaller ada, string slug)
    {
        var bob = await world.AddUserAsync("bob");
        await InstallAsync(world, bob, slug, "1.0.0");
        (await world.Get<IShares>().OfferAsync(bob, slug, [ada.UserId])).ShouldBeOfType<ShareOutcome.Offered>();
    }

    private static async Task<OperationOutcome> AcceptAsync(IServiceProvider services, OperationCaller ada)
    {
        var shares = services.GetRequiredService<IShares>();
        var offer = (await shares.OfUserAsync(ada.UserId, 1)).Single();
        return (await shares.AcceptAsync(ada, offer.Id, grant: null)).ShouldBeOfType<ShareOutcome.Installed>().Outcome;
    }

    /// <summary>The outcome is that of the user whose state is looked at.</summary>
    private static async Task<OperationOutcome> BulkAsync(IServiceProvider services, OperationCaller ada)
    {
        var bulk = services.GetRequiredService<BulkOperations>();
        var started = (await bulk.StartAsync(new OperationCaller(ada.UserId, "root", ["admin"], ada.UserId), new BulkRequest("update", "Echo"))).ShouldBeOfType<BulkOutcome.Started>();
        await bulk.WhenIdleAsync();
        var entry = (await services.GetRequiredService<IOperationLog>().FindAsync(null, started.OperationId)).ShouldNotBeNull();
        return entry.State == "succeeded" && JsonSerializer.Deserialize(entry.Progress!, LifecycleJson.Default.BulkProgress) is { Failed: 0 }
            ? new OperationOutcome.Done(JsonSerializer.Deserialize(entry.Result!, LifecycleJson.Default.OperationResult)!)
            : new OperationOutcome.Failed("operation.failed", entry.State, entry.Progress ?? "");
    }

    private static void Done(OperationOutcome outcome) => outcome.ShouldBeOfType<OperationOutcome.Done>();
}
