using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Sharing;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Sharing;

public sealed class SharesTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Before_offered_after_installed_byte_for_byte_with_the_recipients_own_grants(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        var package = await InstallPrivateAsync(world, ada);

        var offer = await OfferAsync(world, ada, bob.UserId);
        (await world.Get<IPrivatePackages>().VersionsAsync(bob.UserId, "Notes")).ShouldBeEmpty("an offer alone lets nobody read");
        var accepted = await Shares(world).AcceptAsync(bob, offer.Id, grant: null);

        accepted.ShouldBeOfType<ShareOutcome.Installed>().Outcome.ShouldBeDone().Slug.ShouldBe("Notes");
        var installed = (await world.FindAsync(bob, "Notes")).ShouldNotBeNull();
        installed.Digest.ShouldBe(package.Version.Digest);
        installed.Granted.ShouldBeEmpty();
        (await StateAsync(world, bob, offer.Id)).ShouldBe("accepted");
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.share.accepted' AND subject = @Id", new { offer.Id })).ShouldBe(2);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'share.accept' AND user_id = @UserId", new { bob.UserId })).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task After_a_failure_the_offer_is_open_and_nothing_installed(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        await InstallPrivateAsync(world, ada);
        var offer = await OfferAsync(world, ada, bob.UserId);

        (await Shares(world).AcceptAsync(bob, offer.Id, ["process:spawn-child"])).ShouldBeOfType<ShareOutcome.Installed>()
            .Outcome.ShouldBeRefused(RefusalKind.Unprocessable, "capability.not_declared");

        (await StateAsync(world, bob, offer.Id)).ShouldBe("offered");
        (await world.FindAsync(bob, "Notes")).ShouldBeNull();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_was_interrupted_between_installing_and_closing_accepts_again(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        var package = await InstallPrivateAsync(world, ada);
        var offer = await OfferAsync(world, ada, bob.UserId);
        await world.Get<IPrivatePackages>().GrantAsync(package.Version.Digest, bob.UserId, ada.UserId);
        (await world.Operations.InstallAsync(bob, new InstallRequest("Notes", Digest: package.Version.Digest))).ShouldBeDone();
        await world.RestartAsync();

        (await Shares(world).AcceptAsync(bob, offer.Id, null)).ShouldBeOfType<ShareOutcome.Installed>().Outcome.ShouldBeDone();

        (await StateAsync(world, bob, offer.Id)).ShouldBe("accepted");
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.install' AND user_id = @UserId", new { bob.UserId })).ShouldBe(1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_repetition_whose_first_answer_was_lost_is_answered_with_success(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), (await world.AddUserAsync("bob")) with { IdempotencyKey = "k" });
        await InstallPrivateAsync(world, ada);
        var offer = await OfferAsync(world, ada, bob.UserId);
        var first = (await Shares(world).AcceptAsync(bob, offer.Id, null)).ShouldBeOfType<ShareOutcome.Installed>().Outcome.ShouldBeDone();
        await world.RestartAsync();

        var repeated = bob with { Completed = await world.Operations.CompletedAsync("k", DateTimeOffset.UnixEpoch) };
        var again = (await Shares(world).AcceptAsync(repeated, offer.Id, null)).ShouldBeOfType<ShareOutcome.Installed>().Outcome.ShouldBeDone();

        again.OperationId.ShouldBe(first.OperationId);
        (await Shares(world).AcceptAsync(bob, offer.Id, null)).ShouldBeOfType<ShareOutcome.Refused>().Reason.Code.ShouldBe("share.closed");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Nobody_is_called_so_is_an_offer_like_any_other(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        await InstallPrivateAsync(world, ada);

        var offers = (await Shares(world).OfferAsync(ada, "notes", [bob.UserId, "nobody"])).ShouldBeOfType<ShareOutcome.Offered>().Offers;

        offers[0].ShouldBe(offers[1] with { Id = offers[0].Id, Recipient = bob.UserId });
        (await Shares(world).OfUserAsync(bob.UserId, 10)).ShouldHaveSingleItem().IsReceived.ShouldBeTrue();
        (await Shares(world).OfUserAsync(ada.UserId, 10)).Count.ShouldBe(2);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task An_offer_that_is_withdrawn_while_it_is_accepted_installs_nothing(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        await InstallPrivateAsync(world, ada);
        var offer = await OfferAsync(world, ada, bob.UserId);
        world.Witness.At = async step =>
        {
            if (step == "install.begin")
                (await Shares(world).WithdrawAsync(ada, offer.Id)).ShouldBeOfType<ShareOutcome.Closed>();
        };

        (await Shares(world).AcceptAsync(bob, offer.Id, null)).ShouldBeOfType<ShareOutcome.Installed>().Outcome.ShouldBeRefused(RefusalKind.Conflict, "share.closed");

        (await StateAsync(world, bob, offer.Id)).ShouldBe("withdrawn");
        (await world.FindAsync(bob, "Notes")).ShouldBeNull();
        (await world.CountAsync("SELECT COUNT(*) FROM plugin WHERE user_id = @UserId", new { bob.UserId })).ShouldBe(0);
    }

    private static IShares Shares(TestWorld world) => world.Get<IShares>();

    private static async Task<TestPackage> InstallPrivateAsync(TestWorld world, OperationCaller caller)
    {
        var package = await TestPackage.FrontendAsync("Notes", "1.0.0");
        (await world.Get<IPrivatePackages>().AddAsync(caller.UserId, new MemoryStream(package.Bytes), caller.UserId)).ShouldBeOfType<PrivatePackageOutcome.Added>();
        (await world.Operations.InstallAsync(caller, new InstallRequest("Notes", Digest: package.Version.Digest))).ShouldBeDone();
        return package;
    }

    private static async Task<ShareOffer> OfferAsync(TestWorld world, OperationCaller from, string to) =>
        (await Shares(world).OfferAsync(from, "Notes", [to])).ShouldBeOfType<ShareOutcome.Offered>().Offers.ShouldHaveSingleItem();

    private static async Task<string> StateAsync(TestWorld world, OperationCaller user, string id) =>
        (await Shares(world).OfUserAsync(user.UserId, 10)).Single(offer => offer.Id == id).State;
}
