namespace Berth.Server.Tests.Apis;

/// <summary>A server with a plugin that needs another one.</summary>
public sealed class PlanningFixture : ServerFixture
{
    protected override async Task PrepareAsync() => await Server.PublishAsync(
        TestPackages.FrontEnd("Base", "1.0.0"), TestPackages.FrontEnd("Base", "1.1.0"), TestPackages.FrontEnd("Base", "2.0.0-beta.1"),
        TestPackages.FrontEnd("Dials", "1.0.0", new { dependencies = new { Base = "^1.0.0" } }));
}
