namespace Berth.Server.Tests.Apis;

/// <summary>A server with front ends in several versions and the golden plugins that lifecycle tests need.</summary>
public sealed class InstallationsFixture : ServerFixture
{
    protected override async Task PrepareAsync() => await Server.PublishAsync(
        TestPackages.FrontEnd("Clock", "1.0.0"), TestPackages.FrontEnd("Clock", "1.0.9"), TestPackages.FrontEnd("Clock", "1.0.28"),
        TestPackages.FrontEnd("Clock", "1.1.0"), TestPackages.FrontEnd("Clock", "2.0.0-alpha"), TestPackages.FrontEnd("Clock2"),
        Golden.Package("Echo", "1.0.0"), Golden.Package("Echo", "1.1.0"), Golden.Package("FailsOnInstall"));
}
