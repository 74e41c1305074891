using Berth.Lifecycle.Webhooks;

namespace Berth.Lifecycle.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    // The example of the specification: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    [Fact]
    public void The_signature_is_that_of_the_published_example() =>
        WebhookSignature.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}""")
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void A_secret_has_256_bits_and_no_two_are_the_same()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSignature.NewSecret()).ToList();
        secrets.Select(secret => Convert.FromBase64String(secret["whsec_".Length..]).Length).Distinct().ShouldBe([32]);
        secrets.Distinct().Count().ShouldBe(100);
    }
}
