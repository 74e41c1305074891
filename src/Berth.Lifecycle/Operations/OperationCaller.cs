namespace Berth.Lifecycle.Operations;

/// <summary>Who asks for an operation, and for whom.</summary>
/// <param name="UserId">Whose installation it is: 32 lower-case hexadecimal digits; a row in <c>users</c>.</param>
/// <param name="UserName">That user's name.</param>
/// <param name="Roles">That user's roles.</param>
/// <param name="ActorId">Who asks: the user, or an administrator who acts for the user.</param>
/// <param name="RequestId">For the audit, if there is a request.</param>
/// <param name="IdempotencyKey">By what a repetition of the same request is known, written into the journal with the operation.</param>
public sealed record OperationCaller(
    string UserId, string UserName, IReadOnlyCollection<string> Roles, string ActorId, string? RequestId = null, string? IdempotencyKey = null) : IPluginUser
{
    /// <summary>Names the operation before it begins, for whoever follows it while it runs.</summary>
    public OperationTicket? Ticket { get; init; }

    /// <summary>
    /// What an earlier attempt of the same request has done already, durably: such an operation is answered with its
    /// result and not done again, whatever became of the first answer.
    /// </summary>
    public IReadOnlyList<OperationResult> Completed { get; init; } = [];

    string IPluginUser.Id => UserId;

    string IPluginUser.Name => UserName;
}
