using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Services.CrossPlugin;

public sealed class ServiceCallsTests
{
    [Fact]
    public async Task A_plugin_calls_a_service_of_another_which_is_loaded_for_it()
    {
        await using var bed = await ServiceBed.StartAsync();
        (await bed.AskAsync("/greet?name=Ada")).ShouldBe($"1.0.0: Hello Dr. Ada, says User {PluginBed.UserId}");
        bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Greeter").Calls.ShouldBe(1);
        bed.Events.Of<ServiceOffered>().ShouldContain(new ServiceOffered("Greeter", "1.0.0", "GREETER"));
        bed.Events.Of<ServiceBound>().ShouldBe([new ServiceBound("GreeterClient", "1.0.0", "GREETER", "Greeter", "1.0.0")]);
    }

    [Fact]
    public async Task A_service_keeps_its_documents_with_its_own_plugin_and_each_user()
    {
        await using var bed = await ServiceBed.StartAsync();
        (await bed.AskAsync("/remember?name=Ada")).ShouldBe("remembered");
        (await bed.AskAsync("/recall")).ShouldBe("\"Ada\"");
        bed.User.Documents.ShouldBeEmpty();
        bed.User.Others["Greeter"].Scope.Documents.ShouldContainKey("name");

        bed.Users["another"] = new TestUser("another").Has("Greeter", "1.0.0");
        bed.Http.DefaultRequestHeaders.Remove("Berth-Test-User");
        bed.Http.DefaultRequestHeaders.Add("Berth-Test-User", "another");
        (await bed.AskAsync("/recall")).ShouldBe("nothing");
    }

    [Theory]
    [InlineData("own", "Greeter.GreeterException: I am of the Greeter")]
    [InlineData("broken", "System.InvalidOperationException: broken")]
    public async Task What_a_provider_throws_reaches_its_consumer_as_text(string how, string text)
    {
        await using var bed = await ServiceBed.StartAsync();
        (await bed.AskAsync("/fail?how=" + how)).ShouldBe($"ServiceCallException: The service 'GREETER' of Greeter 1.0.0 failed in FailAsync: {text}");
        var greeter = bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Greeter");
        (greeter.Calls, greeter.Failures).ShouldBe((1, 1));
        greeter.LastFailure.ShouldBe($"GREETER FailAsync for GreeterClient 1.0.0: {text}");
        bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "GreeterClient").Failures.ShouldBe(0);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_ends_for_the_consumer_and_counts_against_the_provider()
    {
        await using var bed = await ServiceBed.StartAsync();
        bed.Source.Change = files => files.Id.Slug == "Greeter"
            ? files with { Manifest = files.Manifest with { Monitoring = files.Manifest.Monitoring with { MaxResponseTime = 50 } } }
            : files;
        (await bed.AskAsync("/wait?ms=60000&give=0")).ShouldBe("ServiceCallException: The service 'GREETER' of Greeter 1.0.0 failed in WaitAsync: it took longer than 0.05 s");
        bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Greeter").Failures.ShouldBe(1);
        // The provider listens to its token, which ended with the time.
        await Eventually.BeTrueAsync(() => bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Greeter").Leases == 0);
    }

    [Fact]
    public async Task A_consumer_that_cancels_gets_its_own_cancellation_and_nobody_failed()
    {
        await using var bed = await ServiceBed.StartAsync();
        // Loaded already: otherwise the load alone may take longer than the consumer waits.
        await bed.AskAsync("/greet?name=x");
        (await bed.AskAsync("/wait?ms=60000&give=30")).ShouldStartWith("TaskCanceledException");
        await Eventually.BeTrueAsync(() => bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Greeter").Leases == 0);
        bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Greeter").Failures.ShouldBe(0);
    }

    [Theory]
    [InlineData("/count?to=10&take=0", "55")]
    [InlineData("/count?to=99&take=3", "6")]
    [InlineData("/count?to=200&take=0", "ServiceCallException: The service 'GREETER' of Greeter 1.0.0 failed in CountAsync: Greeter.GreeterException: a hundred is too much")]
    public async Task A_stream_crosses_item_by_item(string path, string answer)
    {
        await using var bed = await ServiceBed.StartAsync();
        (await bed.AskAsync(path)).ShouldBe(answer);
        await Eventually.BeTrueAsync(() => bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "Greeter").Leases == 0);
    }

    [Fact]
    public async Task Plugins_that_call_each_other_in_a_circle_end_at_a_depth()
    {
        await using var bed = await ServiceBed.StartAsync();
        bed.User.Has("GreeterClient", "1.0.0");
        (await bed.AskAsync("/circle")).ShouldStartWith("ServiceCallException");
        bed.Part<IServiceDirectory>().Snapshot().Refusals.ShouldHaveSingleItem().Code.ShouldBe("service.depth");
        (await bed.AskAsync("/version")).ShouldBe("1.0.0");
    }

    [Fact]
    public async Task A_proxy_is_of_no_use_after_the_call_in_which_it_was_asked_for()
    {
        await using var bed = await ServiceBed.StartAsync();
        (await bed.AskAsync("/keep")).ShouldBe("kept");
        (await bed.AskAsync("/kept")).ShouldBe("ServiceWithdrawnException: The service 'GREETER' is withdrawn: the call of GreeterClient 1.0.0 in which it was asked for is over. Ask for services in the call that needs them.");
    }

    [Fact]
    public async Task A_provider_that_is_away_is_withdrawn_and_works_again_when_it_is_back()
    {
        await using var bed = await ServiceBed.StartAsync(greeter: null);
        var missing = await bed.AskAsync("/greet?name=x");
        missing.ShouldBe("ServiceWithdrawnException: The service 'GREETER' is withdrawn: no version of Greeter that offers it is in the store of this host. Install the plugin.");
        (await bed.AskAsync("/optional")).ShouldBe("True True");
        (await bed.OutcomeAsync("/p/GreeterClient/1.0.0/version")).ShouldBeOfType<DispatchOutcome.ServiceWithdrawn>();

        bed.User.Has("Greeter", "1.0.0");
        (await bed.AskAsync("/greet?name=x")).ShouldStartWith("1.0.0");
        (await bed.AskAsync("/optional")).ShouldBe("True False");

        await bed.Pool.QuarantineAsync(new PluginVersionId("Greeter", "1.0.0"), "for a test");
        (await bed.AskAsync("/greet?name=x")).ShouldStartWith("ServiceWithdrawnException: The service 'GREETER' is withdrawn: Greeter 1.0.0 does not run (plugin.quarantined)");
        bed.Events.Of<ServiceWithdrawn>().ShouldContain(new ServiceWithdrawn("Greeter", "1.0.0", "GREETER", "quarantine"));

        bed.Pool.EndQuarantine(new PluginVersionId("Greeter", "1.0.0"));
        (await bed.AskAsync("/greet?name=x")).ShouldStartWith("1.0.0");
    }

    [Fact]
    public async Task A_consumer_whose_provider_is_away_has_not_failed_itself()
    {
        await using var bed = await ServiceBed.StartAsync(greeter: null);
        await bed.OutcomeAsync("/p/GreeterClient/1.0.0/version");
        bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "GreeterClient").Failures.ShouldBe(0);
    }
}
