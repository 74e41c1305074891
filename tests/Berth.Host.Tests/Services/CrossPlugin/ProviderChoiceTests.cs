namespace Berth.Host.Tests.Services.CrossPlugin;

public sealed class ProviderChoiceTests
{
    [Fact]
    public async Task The_users_own_version_is_asked_before_a_higher_one()
    {
        await using var bed = await ServiceBed.StartAsync("1.0.0");
        bed.Source.Public!["Greeter"] = ["1.0.0", "1.1.0"];
        (await bed.AskAsync("/version")).ShouldBe("1.0.0");
        (await bed.AskAsync("/candidates")).ShouldBe("1.0.0 1 True loaded The user's own version.|1.1.0 0 False not_loaded The user's own version 1.0.0 fits and is used.");
    }

    [Fact]
    public async Task Without_one_of_their_own_users_get_the_highest_that_fits_and_no_documents()
    {
        await using var bed = await ServiceBed.StartAsync(greeter: null);
        bed.Source.Public!["Greeter"] = ["1.0.0", "1.1.0"];
        (await bed.AskAsync("/version")).ShouldBe("1.1.0");
        (await bed.AskAsync("/recall")).ShouldBe("nothing");
        (await bed.AskAsync("/remember?name=x")).ShouldContain("there is no place for a document");
    }

    [Fact]
    public async Task A_version_that_does_not_run_is_passed_by()
    {
        await using var bed = await ServiceBed.StartAsync(greeter: null);
        bed.Source.Public!["Greeter"] = ["1.0.0", "1.1.0"];
        await bed.Pool.QuarantineAsync(new PluginVersionId("Greeter", "1.1.0"), "for a test");
        (await bed.AskAsync("/version")).ShouldBe("1.0.0");
        (await bed.AskAsync("/candidates")).ShouldStartWith("1.1.0 0 False quarantined The highest version that fits.|1.0.0 1 False loaded");
    }

    [Fact]
    public async Task A_plugin_that_the_user_switched_off_answers_nothing()
    {
        await using var bed = await ServiceBed.StartAsync();
        bed.Source.Public!["Greeter"] = ["1.1.0"];
        bed.User.Has("Greeter", "1.0.0", isEnabled: false);
        (await bed.AskAsync("/greet?name=x")).ShouldBe("ServiceWithdrawnException: The service 'GREETER' is withdrawn: Greeter 1.1.0 does not fit: The user has switched Greeter off.");
    }

    [Fact]
    public async Task An_own_version_outside_of_the_range_leaves_the_call_to_another_without_its_documents()
    {
        await using var bed = await ServiceBed.StartAsync("2.0.0");
        bed.Source.Public!["Greeter"] = ["1.1.0", "2.0.0"];
        (await bed.AskAsync("/private")).ShouldBe("1.1.0");
    }

    [Fact]
    public async Task A_contract_that_changed_is_refused_by_name()
    {
        await using var bed = await ServiceBed.StartAsync("2.0.0");
        (await bed.AskAsync("/greet?name=x")).ShouldContain("(service.contract_changed): GreeterClient 1.0.0 was compiled against another contract than Greeter 2.0.0 has: Greeter.Contracts.Greeting.Version is int32 on one side and string on the other");
    }

    [Fact]
    public async Task A_contract_that_only_grew_serves_older_consumers()
    {
        await using var bed = await ServiceBed.StartAsync("1.1.0");
        (await bed.AskAsync("/greet?name=Ada")).ShouldStartWith("1.1.0: Hello Dr. Ada");
    }
}
