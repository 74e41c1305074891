using Berth.Worker.Protocol;

namespace Berth.Worker.Tests.Protocol;

/// <summary>Either end keeps what it worked out for a user, and must not answer with what was so before.</summary>
public sealed class UserHeaderTests
{
    private static readonly WorkerUser Ada = new("u-ada", "Ada", ["editor"], ["network:http-client"]);

    [Fact]
    public void A_user_comes_out_as_it_went_in_however_often()
    {
        for (var time = 0; time < 3; time++)
        {
            var back = UserHeader.Decode(UserHeader.Encode(Ada));

            back.Id.ShouldBe("u-ada");
            back.Name.ShouldBe("Ada");
            back.Roles.ShouldBe(["editor"]);
            back.Granted.ShouldBe(["network:http-client"]);
        }
    }

    [Fact]
    public void A_role_or_a_grant_that_was_taken_away_is_gone_with_the_next_request()
    {
        UserHeader.Decode(UserHeader.Encode(Ada)).Roles.ShouldNotBeEmpty();

        UserHeader.Decode(UserHeader.Encode(Ada with { Roles = [] })).Roles.ShouldBeEmpty();
        UserHeader.Decode(UserHeader.Encode(Ada with { Granted = ["storage:user-data"] })).Granted.ShouldBe(["storage:user-data"]);
        UserHeader.Decode(UserHeader.Encode(Ada with { Name = "Ada L." })).Name.ShouldBe("Ada L.");
    }

    [Fact]
    public void A_list_that_is_changed_in_place_is_seen()
    {
        var roles = new List<string> { "editor" };
        var user = new WorkerUser("u-list", "List", roles, []);
        UserHeader.Decode(UserHeader.Encode(user)).Roles.ShouldBe(["editor"]);

        roles[0] = "reader";

        UserHeader.Decode(UserHeader.Encode(user)).Roles.ShouldBe(["reader"]);
    }

    [Fact]
    public void More_users_than_are_kept_are_told_apart()
    {
        for (var number = 0; number < 5000; number++)
            UserHeader.Decode(UserHeader.Encode(new WorkerUser($"u-{number}", $"User {number}", [], []))).Name.ShouldBe($"User {number}");
    }
}
