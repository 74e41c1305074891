using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.Settings;

namespace Berth.Lifecycle.Tests.World;

/// <summary>One operation from a known state, told apart by name so that a child process can run the same.</summary>
internal sealed record Scenario(string Name, Func<TestWorld, OperationCaller, Task> Prepare, Func<ILifecycleOperations, OperationCaller, Task<OperationOutcome>> Run)
{
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
    ];

    public static Scenario Named(string name) => All.Single(scenario => scenario.Name == name);

    public static async Task PublishAsync(TestRegistry registry)
    {
        await Tuned.PublishAsync(registry);
        registry.Publish(
            await TestPackage.FixtureAsync("Echo", "1.0.0"),
            await TestPackage.FixtureAsync("Echo", "1.1.0"),
            await TestPackage.FrontendAsync("Charts", "1.0.0", modules: ["Old", "Both"]),
            await TestPackage.FrontendAsync("Charts", "2.0.0", modules: ["Both", "New"]),
            await TestPackage.FrontendAsync("Desk", "1.0.0", more: Needs("Charts", "^1")),
            await TestPackage.FrontendAsync("Desk", "1.1.0", more: Needs("Charts", "^2")),
            await TestPackage.FrontendAsync("Suite", "1.0.0", more: Needs("Charts", "^2", "Echo", "^1", "Desk", "*")));
    }

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

    private static void Done(OperationOutcome outcome) => outcome.ShouldBeOfType<OperationOutcome.Done>();
}
