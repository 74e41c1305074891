using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Services.CrossPlugin;

namespace Berth.Host.Tests.Isolation.Worker;

/// <summary>Two plugins that need each other, of which one or both run in workers: neither can tell where the other is.</summary>
public sealed class MixedPlacementTests : IAsyncLifetime
{
    private const string Here = "verified";
    private const string InWorker = "community";

    private PluginBed _bed = null!;

    public static TheoryData<string, string> Places => new() { { Here, InWorker }, { InWorker, Here }, { InWorker, InWorker } };

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(
        new HostOptions
        {
            InProcessTrustLevels = new HashSet<string> { Here },
            WorkerLevels = new Dictionary<string, string> { [InWorker] = "process" },
            DrainTime = TimeSpan.FromSeconds(2),
        },
        new BareLevel());

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_service_of_the_other_is_called_with_the_users_documents_there(string consumer, string provider)
    {
        Place("GreeterClient", consumer, "Greeter", provider);
        // Of the provider's versions the user's own alone.
        _bed.Source.Public = new();
        _bed.User.Has("Greeter", "1.0.0");

        (await _bed.AskAsync("/greet?name=Ada")).ShouldBe($"1.0.0: Hello Dr. Ada, says User {PluginBed.UserId}");
        (await _bed.AskAsync("/remember?name=Ada")).ShouldBe("remembered");
        (await _bed.AskAsync("/recall")).ShouldBe("\"Ada\"");
        (await _bed.AskAsync("/count?to=10&take=0")).ShouldBe("55");
        (await _bed.AskAsync("/fail?how=own")).ShouldBe("ServiceCallException: The service 'GREETER' of Greeter 1.0.0 failed in FailAsync: Greeter.GreeterException: I am of the Greeter");

        _bed.User.Others["Greeter"].Scope.Documents.ShouldContainKey("name");
        _bed.User.Documents.ShouldBeEmpty();
        ShouldRun(("GreeterClient", consumer), ("Greeter", provider));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_guard_of_the_other_decides_with_the_users_documents_there(string consumer, string provider)
    {
        Place("GuardConsumer", consumer, "GuardProvider", provider);
        var there = new TestUser(PluginBed.UserId);
        _bed.User.Plugins["GuardProvider"] = new OtherInstallation(new PluginVersionId("GuardProvider", "1.0.0"), IsEnabled: true, there);

        (await DeniedAsync("/member")).ShouldBe("guard.denied: members only");
        there.Documents["member"] = "true";
        (await _bed.Http.GetStringAsync("/p/GuardConsumer/1.0.0/member")).ShouldBe("in");
        (await DeniedAsync("/tells/it")).ShouldBe($"guard.denied: GuardProvider 1.0.0 asked for GuardConsumer 1.0.0 by {PluginBed.UserId} at GET /tells/{{what}} it");
        (await DeniedAsync("/throws")).ShouldContain("provider fault");
        (await DeniedAsync("/counted")).ShouldStartWith("guard.not_exported: ");
        ShouldRun(("GuardConsumer", consumer), ("GuardProvider", provider));
    }

    private void Place(string consumer, string consumerTrust, string provider, string providerTrust)
    {
        _bed.Source.Trust(consumer, consumerTrust);
        _bed.Source.Trust(provider, providerTrust);
    }

    private void ShouldRun(params (string Slug, string Trust)[] plugins) => _bed.Pool.Snapshot().Select(instance => (instance.Id.Slug, instance.Isolation))
        .ShouldBe(plugins.Select(plugin => (plugin.Slug, plugin.Trust == Here ? "none" : (string?)"process")), ignoreOrder: true);

    private async Task<string> DeniedAsync(string path)
    {
        var denied = (await _bed.OutcomeAsync("/p/GuardConsumer/1.0.0" + path)).ShouldBeOfType<DispatchOutcome.Denied>();
        return $"{denied.Code}: {denied.Reason}";
    }
}
