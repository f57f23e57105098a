import advert


def test_a_throttled_call_is_tried_again(bedlam):
    bedlam.load("""
models:
  anthropic.claude-3-haiku-*:
    replies: [{script: [throttle, {answer: Room for everyone.}]}]
expect:
  calls: [{operation: Converse, attempts: 2, status: 200, gaps: standard}]
""")
    assert advert.advert("family SUV") == ("Room for everyone.", True)
    bedlam.verdict()


def test_a_broken_stream_gives_an_honest_part(bedlam):
    bedlam.load("""
models:
  anthropic.claude-3-haiku-*:
    replies: [{answer: One two three four., fault: {after_tokens: 2, exception: throttlingException}}]
""")
    text, whole = advert.streamed_advert("family SUV")
    assert (text, whole) == ("One two", False)
    bedlam.verdict("expect: {calls: [{operation: ConverseStream, attempts: 1, tokens_sent: 2}]}")
