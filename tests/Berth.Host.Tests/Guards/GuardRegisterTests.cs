using Berth.Host.Guards;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Tests.Guards;

public sealed class GuardRegisterTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    private IGuardRegister Register => _bed.Services.GetRequiredService<IGuardRegister>();

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync();

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task Declared_guards_come_in_declared_order_and_those_of_the_code_after_them()
    {
        (await _bed.LeaseAsync("Guarded")).Dispose();
        (await _bed.LeaseAsync("GuardConsumer")).Dispose();

        var shown = Register.Snapshot();
        shown.Select(plugin => plugin.Id.Slug).ShouldBe(["GuardConsumer", "GuardProvider", "Guarded"]);
        shown[2].Guards.Select(guard => guard.Name).Take(4).ShouldBe(["first", "second", "third", "allow"]);
        shown[2].Guards[1].ShouldSatisfyAllConditions(
            second => second.IsExternal.ShouldBeFalse(),
            second => second.Provider.ShouldBe("Guarded"),
            second => second.Dependencies.ShouldBe(["first"]));
        shown[0].Guards[1].ShouldSatisfyAllConditions(
            member => member.Name.ShouldBe("member"),
            member => member.IsExternal.ShouldBeTrue(),
            member => member.IsExported.ShouldBeFalse(),
            member => member.Provider.ShouldBe("GuardProvider"));
    }

    [Fact]
    public async Task Decisions_are_counted_for_each_guard_over_all_loads_of_its_version()
    {
        foreach (var path in (string[])["/allowed", "/denied", "/both", "/thrown"])
            await _bed.OutcomeAsync("/p/Guarded/1.0.0" + path);
        await _bed.Pool.UnloadAsync(new PluginVersionId("Guarded", "1.0.0"));
        await _bed.OutcomeAsync("/p/Guarded/1.0.0/denied");

        Counts("allow").ShouldBe((2, 0, 0));
        Counts("deny").ShouldBe((0, 3, 0));
        Counts("throw").ShouldBe((0, 0, 1));

        (long Allowed, long Denied, long Failed) Counts(string name)
        {
            var guard = Register.Snapshot().Single().Guards.Single(guard => guard.Name == name);
            return (guard.Allowed, guard.Denied, guard.Failed);
        }
    }
}
