using System.Reflection;
using System.Runtime.Loader;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.InProcess;

public sealed class PluginLoadContextTests
{
    [Theory]
    [InlineData("Berth.Abstractions", true)]
    [InlineData("System.Text.Json", true)]
    [InlineData("Microsoft.AspNetCore.Routing", true)]
    [InlineData("Microsoft.Extensions.DependencyInjection.Abstractions", true)]
    [InlineData("Berth.Host", false)]
    [InlineData("Berth.Packaging", false)]
    [InlineData("NuGet.Versioning", false)]
    public void Only_the_contract_and_the_frameworks_are_shared(string name, bool isShared) =>
        SharedAssemblies.Contains(name).ShouldBe(isShared);

    [Fact]
    public void The_hosts_own_packages_are_invisible_and_the_reason_is_said()
    {
        var context = Create();
        var fault = Should.Throw<FileNotFoundException>(() => context.LoadFromAssemblyName(new AssemblyName("NuGet.Versioning")));
        (fault.InnerException ?? fault).Message.ShouldContain("Echo 1.0.0 needs the assembly 'NuGet.Versioning'");
        context.Unload();
    }

    [Fact]
    public void A_shared_assembly_is_the_hosts_own()
    {
        var context = Create();
        context.LoadFromAssemblyName(new AssemblyName("Berth.Abstractions")).ShouldBeSameAs(typeof(IPlugin).Assembly);
        context.Unload();
    }

    [Fact]
    public void No_file_of_the_store_stays_mapped()
    {
        var context = Create();
        AssemblyLoadContext.GetLoadContext(context.LoadMain()).ShouldBeSameAs(context);
        if (OperatingSystem.IsLinux())
            File.ReadAllText("/proc/self/maps").ShouldNotContain("fixtures/Echo");
        context.Unload();
    }

    private static PluginLoadContext Create() =>
        new(new PluginVersionId("Echo", "1.0.0"), Path.Combine(FixtureSource.Root, "Echo", "1.0.0", "lib", "net10.0", "Echo.dll"));
}
