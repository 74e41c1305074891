using Berth.Registry.Review;

namespace Berth.Server.Auth;

/// <summary>Who works on a review; whether they are a reviewer is <see cref="Caller.IsReviewer"/> alone.</summary>
internal static class Reviewers
{
    public static ReviewActor ActorOf(Caller caller) => new(caller.UserId, caller.ActorId, caller.IsReviewer);
}
