using Berth.Events;
using Berth.Host.Dispatch;

namespace Berth.Host.Tests.Services.CrossPlugin;

public sealed class ServiceAccessTests
{
    [Theory]
    [InlineData("/ask?token=GREETER", null)]
    [InlineData("/ask?token=GREETER_PRIVATE", "service.not_allowed")]
    [InlineData("/ask?token=GREETER_NET", "service.capability")]
    [InlineData("/ask?token=ECHO_BACK", "service.not_declared")]
    [InlineData("/ask?token=anything", "service.not_declared")]
    [InlineData("/ask-for-no-contract", "service.contract_missing")]
    public async Task R42_Asking_for_another_plugins_token_is_refused_and_never_ends_the_host(string path, string? code)
    {
        await using var bed = await ServiceBed.StartAsync();
        bed.Source.Public!["Greeter"] = ["1.0.0"];
        var outcome = await bed.OutcomeAsync("/p/Eavesdropper/1.0.0" + path);
        if (code is null)
        {
            outcome.ShouldBeOfType<DispatchOutcome.Completed>();
            return;
        }

        outcome.ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe(code);
        var refused = bed.Events.Of<ServiceRefused>().ShouldHaveSingleItem();
        (refused.Slug, refused.Code).ShouldBe(("Eavesdropper", code));
        (await bed.AskAsync("/greet?name=Ada")).ShouldStartWith("1.0.0");
    }

    [Fact]
    public async Task A_plugin_on_the_providers_list_may_use_what_is_not_global()
    {
        await using var bed = await ServiceBed.StartAsync();
        (await bed.AskAsync("/private")).ShouldBe("1.0.0");
    }

    [Fact]
    public async Task What_stands_behind_a_service_must_be_granted_to_its_consumer()
    {
        await using var bed = await ServiceBed.StartAsync();
        (await bed.AskAsync("/net")).ShouldContain("(service.capability): 'GREETER_NET' needs 'network:http-client', which the user of this call has not granted to GreeterClient");
        bed.User.GrantedCapabilities = new HashSet<string> { "network:http-client" };
        (await bed.AskAsync("/net")).ShouldBe("1.0.0");
    }

    [Fact]
    public async Task Both_trust_levels_must_permit_it()
    {
        await using var bed = await ServiceBed.StartAsync(options: new HostOptions { InProcessTrustLevels = new HashSet<string> { "verified", "untrusted" } });
        bed.Source.Trust("Greeter", "untrusted");
        (await bed.AskAsync("/greet?name=Ada")).ShouldContain("(service.trust): Greeter 1.0.0 has the trust level 'untrusted'");
    }

    [Fact]
    public async Task Refusals_are_counted_each_and_told_now_and_then()
    {
        await using var bed = await ServiceBed.StartAsync();
        bed.Source.Public!["Greeter"] = ["1.0.0"];
        for (var i = 0; i < 5; i++)
            await bed.OutcomeAsync("/p/Eavesdropper/1.0.0/ask?token=none");
        bed.Part<IServiceDirectory>().Snapshot().Refusals.ShouldHaveSingleItem().Count.ShouldBe(5);
        bed.Events.Of<ServiceRefused>().Count.ShouldBe(1);
        bed.Time.Advance(TimeSpan.FromMinutes(2));
        await bed.OutcomeAsync("/p/Eavesdropper/1.0.0/ask?token=none");
        bed.Events.Of<ServiceRefused>().Count.ShouldBe(2);
    }
}
